#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The other builds: PORTABLE=1, make static, READLINE=no and READLINE=libedit. Each is made, without a warning and without much optimizing, and moves
# bytes. All tests run on one of them with make test PORTABLE=1, make test STATIC=1 and so on.

load helpers
load stream_helpers

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

# Types at nsk repl: repl STEP...
repl() {
	TERM=xterm PS1='$ ' run -0 "$PYTHON" -B "$ROOT/tests/typist" "$@" -- "$NSK" repl
}

@test "READLINE=no: lines as the terminal edits them, and no library for it" {
	build noreadline READLINE=no
	run has readline
	assert_failure
	try_it
	repl 'see=nsk> ' 'type=htons 81\x7f0\r' 'see=20480' 'see=nsk> ' 'type=sleep 60\r' stop 'see=nsk> ' 'type=foo\r' \
		'see=NameError' 'see=nsk> ' quit
	run grep -c -a libreadline "$NSK"
	assert_output 0
}

@test "READLINE=libedit: nsk repl is edited by it; completion, history, Ctrl-C and Ctrl-Z" {
	[ -e /usr/include/editline/readline.h ] || skip "no libedit (Debian: libedit-dev)"
	build libedit READLINE=libedit
	has libedit
	try_it
	repl 'see=nsk> ' 'type=getprotob\ttcp\r' 'see=6' 'see=nsk> ' 'type=htons 80\r' 'see=20480' 'see=nsk> ' \
		'type=wrong' 'see=wrong' stop 'see=nsk> ' 'type=\x1b[A\r' 'see=20480' 'see=nsk> ' 'type=hton 80\x1b[D\x1b[D\x1b[Ds\r' 'see=20480' \
		'see=nsk> ' quit
	TERM=xterm PS1='$ ' run -0 "$PYTHON" -B "$ROOT/tests/typist" 'see=$ ' "type='$NSK' repl\n" 'see=nsk> ' 'type=half' 'see=half' suspend 'see=$ ' \
		'type=stty -a | grep -o " icanon"\n' 'see= icanon' 'see=$ ' 'type=fg\n' 'see=nsk> ' 'type=htons 80\r' 'see=20480' 'see=nsk> ' \
		quit 'see=$ ' quit -- sh -i
	# Ctrl-C just before a read: it throws away what was typed, and is not lost with it
	cc -shared -fPIC -O2 -o shim.so "$ROOT/tests/faults/shim.c" -ldl
	TERM=xterm run -0 timeout 60 "$PYTHON" -B "$ROOT/tests/typist" 'type=abc\r' until=edited.held stop touch=edited.go 'see=nsk> ' 'see=nsk> ' \
		quit -- env LD_PRELOAD="$PWD/shim.so" SHIM_HOLD=edited "$NSK" repl
	TERM=xterm run -0 "$PYTHON" -B "$ROOT/tests/typist" 'see=nsk> ' hang -- sh -c "trap '' HUP; exec '$NSK' repl"
}
