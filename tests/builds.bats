#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The other builds: PORTABLE=1 and make static. Each is made, without a warning and without much optimizing, and moves
# bytes. All tests run on one of them with make test PORTABLE=1 or make test STATIC=1.

load helpers

setup() {
	common_setup
	[ "${NSK%/nsk}" = "$ROOT/build/release" ] || skip "built beside build/release, once"
}

# build NAME VARIABLE=1: the program, in build/tried-NAME, becomes the one that is tested.
build() {
	env -u MAKEFLAGS -u MAKELEVEL make -C "$ROOT" --no-print-directory -j2 BUILD="build/tried-$1" "$2" CFLAGS=-O0\ -Werror all \
		3>&- >said 2>&1 || fail "$(cat said)"
	NSK=$ROOT/build/tried-$1/nsk
}

# A stream each way with its ends, and a datagram.
try_it() {
	local datagram

	random_file there 3M
	random_file back 1M
	serve_start --input back 0 </dev/null
	run -0 nsk tcp-connect "$SERVER_HOST" "$SERVER_PORT" --output got <there
	server_wait
	assert_equal "$SERVER_STATUS" 0
	cmp there "$SERVER_STDOUT"
	cmp back got
	run -0 nsk with udp-listen -W 1 --echo 0 -- sh -c '"$NSK" udp-send -r 1 "$NSK_HOST" "$NSK_PORT" hello'
	assert_output hello
	run -0 nsk resolve -4 localhost
	assert_output 127.0.0.1
	run -4 nsk tcp-connect 127.0.0.1 1
	assert_output "nsk tcp-connect: 127.0.0.1:1: connection refused"
}

@test "PORTABLE=1: POSIX calls alone, on poll and on select" {
	build portable PORTABLE=1
	has portable
	try_it
	NSK_POLLER=select try_it
	run -0 bash -c 'nm -D --undefined-only "$NSK" | sed "s/.* //; s/@.*//"'
	refute_line --regexp '^(epoll_.*|ppoll|splice|accept4|sendmmsg|recvmmsg|pipe2|signalfd|eventfd|mkostemp|v?asprintf|memrchr)$'
	refute_line --regexp '^(reallocarray|gethostby.*|inet_aton|hstrerror|dlopen)$'
	run grep -c -a -e /proc/net -e /proc/self "$NSK"
	assert_output 0
}

@test "make static: one file that loads nothing" {
	command -v musl-gcc >/dev/null || skip "no musl-gcc (Debian: musl-tools)"
	build static STATIC=1
	has static
	try_it
	run -0 readelf -lW "$NSK"
	refute_output --partial INTERP
	assert_output --partial GNU_RELRO
	refute_line --regexp 'GNU_STACK.* RWE'
	env -i "$NSK" htons 1
}
