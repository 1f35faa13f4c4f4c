#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what a group of targets needs and this machine lacks: Debian packages, by apt-get, as root or
# through sudo. Says what and why before it does. When all is there it does nothing and asks for nothing.
#
# usage: [DEPS=no] [INSTALLED=FILE] tools/deps.sh GROUP...      GROUP: build demo check lint fuzz bench faults
#        tools/deps.sh --list                  every group's packages and what they are for
#
# DEPS=no installs nothing; what is missing then shows where it is used. INSTALLED is made anew when something was installed: what
# was looked for before is to be looked for again.
set -eu

# group, package, how to see that it is there (a command on PATH, or /a/file, one of several by |), what for
rows() {
	cat <<'ROWS'
build	gcc	gcc|cc|clang	compiles nsk
build	libc6-dev	/usr/include/stdio.h	the C library's headers
build	make	make	runs the Makefile
build	libreadline-dev	/usr/include/readline/readline.h	line editing; loaded when it is used
demo	coreutils	sha256sum	compares the two copies
check	bats	bats	runs the tests
check	bats-support	/usr/lib/bats/bats-support/load.bash|/usr/share/bats/bats-support/load.bash	what bats-assert stands on
check	bats-assert	/usr/lib/bats/bats-assert/load.bash|/usr/share/bats/bats-assert/load.bash	assertions of the tests
check	bats-file	/usr/lib/bats/bats-file/load.bash|/usr/share/bats/bats-file/load.bash	assertions about files
check	parallel	parallel	runs the tests side by side
check	zsh	zsh	its completion is tested
check	fish	fish	its completion is tested
check	mandoc	mandoc	the man pages are rendered and compared with the options
check	python3	python3	a peer, and what pack and the look-ups are compared with
check	netbase	/etc/services	services and protocols to look up
check	iproute2	ip	networks of the tests' own
check	nftables	nft|/usr/sbin/nft	a network that drops packets
check	strace	strace	counts system calls, makes them fail
check	valgrind	valgrind	counts instructions
check	xxd	xxd	shows what pack wrote
check	jq	jq	reads the JSON
check	curl	curl	a client of the servers under test
check	musl-tools	musl-gcc	the static build is tried
check	libedit-dev	/usr/include/editline/readline.h	the build with libedit is tried
lint	clang	clang	the second compiler
lint	clang-tidy	clang-tidy	checks the C code
lint	cppcheck	cppcheck	checks the C code
lint	shellcheck	shellcheck	checks the shell scripts
lint	mandoc	mandoc	checks the man pages
fuzz	clang	clang	builds the fuzzers
fuzz	libclang-rt-dev	/usr/share/doc/libclang-rt-dev|/usr/share/doc/libclang-rt-14-dev	their run-time library
bench	netcat-openbsd	nc.openbsd	compared with
bench	ncat	ncat	compared with
bench	socat	socat	compared with
bench	busybox	busybox	compared with
faults	strace	strace	makes system calls fail
faults	iproute2	ss	kills sockets
faults	nftables	nft|/usr/sbin/nft	a network that drops packets
faults	netcat-openbsd	nc.openbsd	a peer
faults	ncat	ncat	a peer
faults	socat	socat	a peer
faults	busybox	busybox	a peer
faults	nginx-light	nginx	a peer
faults	redis-server	redis-server	a peer
faults	python3	python3	a peer
ROWS
}

tab=$(printf '\t')

if [ "${1:-}" = --list ]; then
	rows | awk -F '\t' '{ printf "%-7s %-16s %s\n", $1, $2, $4 }'
	exit 0
fi

# Is one of the things in $1 here?
is_here() {
	for thing in $(echo "$1" | tr '|' ' '); do
		case $thing in
		/*) [ -e "$thing" ] && return 0 ;;
		*) command -v "$thing" >/dev/null 2>&1 && return 0 ;;
		esac
	done
	return 1
}

missing=
report=
add_missing() {
	while IFS=$tab read -r group package sign purpose; do
		if [ "$group" != "$1" ] || is_here "$sign"; then
			continue
		fi
		case " $missing " in
		*" $package "*) ;;
		*)
			missing="$missing $package"
			report="$report  $package: $purpose
"
			;;
		esac
	done <<EOT
$(rows)
EOT
}

for group in "$@"; do
	if ! rows | grep -q "^$group$tab"; then
		echo "deps.sh: no group '$group'" >&2
		exit 2
	fi
	add_missing "$group"
done

if [ -z "$missing" ] || [ "${DEPS:-yes}" = no ]; then
	exit 0
fi
printf 'Missing here, for make %s:\n%s' "$*" "$report"
if ! command -v apt-get >/dev/null 2>&1; then
	echo "deps.sh: there is no apt-get; install these by other means, then use DEPS=no" >&2
	exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "deps.sh: neither root nor sudo; as root: apt-get install$missing" >&2
		exit 1
	fi
	as_root=sudo
fi

# shellcheck disable=SC2086 # words, on purpose
install() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
		-o Dpkg::Use-Pty=0 </dev/null >"$log" 2>&1
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing with apt-get:$missing"
# The lists that are there may do; only when they do not are they fetched anew.
if ! install; then
	$as_root apt-get update -qq </dev/null >"$log" 2>&1 || true
	if ! install; then
		cat "$log" >&2
		echo "deps.sh: apt-get could not install$missing" >&2
		exit 1
	fi
fi
if [ -n "${INSTALLED:-}" ]; then
	: >"$INSTALLED"
fi
