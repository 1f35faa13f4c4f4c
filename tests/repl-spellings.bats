#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# repl: what its words may look like, and what each spelling means: addresses, time limits, options, ancillary data.
# shellcheck disable=SC2016 # scripts in quotes

load helpers

# The script in $1 prints the rest, a line each, and ends with 0.
assert_prints() {
	local code=$1

	shift
	run --separate-stderr nsk repl -c "$code"
	stderr=$(grep -v ' took [0-9.]* m\?s$' <<<"$stderr" || true) # the time that a call took, on a busy machine
	assert_equal "$code: $status $stderr" "$code: 0 "
	assert_equal "$output" "$(printf '%s\n' "$@")"
}

@test "an address is HOST:PORT, a port, a list, a tuple, or a variable" {
	local to='u = socket AF_INET SOCK_DGRAM; bind u 127.0.0.1:0; c = socket AF_INET SOCK_DGRAM; p = u.port'

	assert_prints "$to; sendto c 'a' p; recv u 9" 1 '"a"'
	assert_prints "$to; sendto c 'b' ['127.0.0.1' u.port]; recv u 9" 1 '"b"'
	assert_prints "$to; sendto c 'c' ('127.0.0.1', u.port); recv u 9" 1 '"c"'
	assert_prints "$to; d = getsockname u; sendto c 'd' d; recv u 9" 1 '"d"'
	assert_prints "$to; sendto c 'e' MSG_DONTWAIT 127.0.0.1 p; recv u 9" 1 '"e"'
	assert_prints "$to; d = getsockname u; d.family; d.host; u.family; u.type; u.proto" AF_INET '"127.0.0.1"' AF_INET SOCK_DGRAM 0
	assert_prints 's = socket AF_INET SOCK_STREAM IPPROTO_TCP; s.proto; bind s :0; s.host' IPPROTO_TCP '"0.0.0.0"'
	assert_prints 's = socket; bind s 0; s.host' '"127.0.0.1"'
}

@test "an address of IPv6 may have flow and scope" {
	local to='u = socket AF_INET6 SOCK_DGRAM; try bind u ::1 0 0 0; c = socket AF_INET6 SOCK_DGRAM; p = u.port'

	nsk repl -c 's = socket AF_INET6; bind s ::1 0' >/dev/null 2>&1 || skip "no IPv6 here"
	assert_prints "$to; sendto c 'a' p; recv u 9" 1 '"a"'
	assert_prints "$to; w = '[::1]:{}'.format(p); sendto c 'b' w; recv u 9" 1 '"b"'
	assert_prints "$to; sendto c 'c' ::1 p 0 0; recv u 9" 1 '"c"'
	assert_prints 's = create_server :: 0 AF_INET6 5 False True; getsockopt s IPPROTO_IPV6 IPV6_V6ONLY' 0
	assert_prints 's = create_server ::1 0 AF_INET6; getsockopt s IPPROTO_IPV6 IPV6_V6ONLY' 1
}

@test "an address of a Unix socket is a path" {
	local both='l = socket AF_UNIX; bind l ./s; listen l 0; a = socket AF_UNIX; connect a s; b = socket AF_UNIX'

	# one waits in the queue, which is full then: Linux answers EAGAIN
	assert_prints "$both; settimeout b 0.05; try connect b s; expect 'ETIMEDOUT'; setblocking b False; try connect b ./s; connect_ex b s" \
		'ETIMEDOUT: timed out' 'EAGAIN: resource temporarily unavailable' 11
	rm s
	assert_prints 's = socket AF_UNIX SOCK_DGRAM; bind s @nsk-spellings; s.host; getsockname s' '"@nsk-spellings"' '"@nsk-spellings"'
}

@test "connections have their time limit and their source, servers their options" {
	local server='s = create_server 127.0.0.1 0; setdefaulttimeout 7'

	assert_prints "$server; c = create_connection s.host s.port; gettimeout c" 7.0
	assert_prints "$server; c = create_connection s.host s.port None; gettimeout c" None
	assert_prints "$server; c = create_connection s.host s.port 2; gettimeout c" 2.0
	assert_prints "$server; c = create_connection s.host s.port timeout=0.5; gettimeout c" 0.5
	assert_prints "$server; a = getsockname s; c = create_connection a 2 ('127.0.0.2', 0); c.host" '"127.0.0.2"'
	if nsk repl -c 's = socket; getsockopt s SOL_SOCKET SO_REUSEPORT' >/dev/null 2>&1; then # POSIX has no such option
		assert_prints 's = create_server 127.0.0.1 0 AF_INET 5 True; getsockopt s SOL_SOCKET SO_REUSEPORT' 1
	fi
	run nsk repl -c 's = create_server 127.0.0.1 0; a = getsockname s; a.port; close s; s = create_server a; s.port'
	assert_success
	assert_equal "${lines[0]}" "${lines[1]}"
}

@test "time limits are numbers, truths, or too long to matter" {
	assert_prints 's = socket; settimeout s 1e10; gettimeout s; settimeout s 10000000000; gettimeout s' None None
	assert_prints 's = socket; settimeout s True; gettimeout s; settimeout s 0.25; gettimeout s; settimeout s None; gettimeout s' 1.0 0.25 None
}

@test "options are numbers, lists of numbers, or bytes" {
	assert_prints 's = socket; setsockopt s SOL_SOCKET SO_LINGER [1 5]; unpack "ii" (getsockopt(s, SOL_SOCKET, SO_LINGER, 9999))' '(1, 5)'
	assert_prints 's = socket; x = pack "ii" 1 7; setsockopt s SOL_SOCKET SO_LINGER x; x = getsockopt(s, SOL_SOCKET, SO_LINGER, 8); unpack "ii" x' '(1, 7)'
	assert_prints 's = socket; setsockopt s IPPROTO_TCP TCP_CONGESTION "reno"; getsockopt s IPPROTO_TCP TCP_CONGESTION' '"reno"'
	assert_prints 'a, b = socketpair; sockopts a SO_TYPE SO_KEEPALIVE' \
		'SOL_SOCKET    SO_KEEPALIVE              flag          0' 'SOL_SOCKET    SO_TYPE                   number        1'
	run nsk repl -c 's = socket; sockopts s'
	assert_success
	assert_line --regexp '^IPPROTO_TCP   TCP_NODELAY +flag +0$'
	run nsk repl -c 's = socket AF_INET SOCK_DGRAM; sockopts s'
	refute_line --partial TCP_NODELAY
}

@test "ancillary data is descriptors, one or several, or bytes" {
	assert_prints 'a, b = socketpair; sendmsg a ["x" "y"] [[SOL_SOCKET SCM_RIGHTS 0]]; m = recvmsg b 9 100; print m[0] m[1][0][0] m[1][0][1]' \
		2 'xy SOL_SOCKET SCM_RIGHTS'
	assert_prints 'a, b = socketpair; sendmsg a "x" [[SOL_SOCKET SCM_RIGHTS "\x00\x00\x00\x00"]]; m = recvmsg b 9 100; len m[1]' 1 1
	assert_prints 'u = socket AF_INET SOCK_DGRAM; bind u 127.0.0.1 0; setsockopt u IPPROTO_IP 12 1; c = socket AF_INET SOCK_DGRAM; setsockopt c IPPROTO_IP IP_TTL 9; sendto c x u.host u.port; m = recvmsg u 9 100; x = m[1][0][2]; unpack "i" x' \
		1 '(9,)'
}

@test "a poll object takes a socket twice, changes it and forgets it" {
	assert_prints 'a, b = socketpair; p = poll; register p a; register p a POLLOUT; x = p.poll(0); len x; modify p a POLLIN; p.poll(0); unregister p a; try modify p a POLLOUT; expect "ENOENT"' \
		1 '[]' "ENOENT: $(nsk repl -c 'a = socket; fileno a') is not registered"
	if has epoll; then
		assert_prints 'a, b = socketpair; x = epoll [(a POLLOUT) b] 0; len x; print x[0][1]' 1 EPOLLOUT
	fi
	assert_prints 'a, b = socketpair; send b x; x = poll [(a POLLOUT) (b POLLOUT)] 0; len x; x = poll [a b] 0; len x; print x[0][1]' 1 2 1 POLLIN
}

@test "texts are repeated, numbers added; an index counts from either end" {
	assert_prints 'x = "ab" * 3; x; x * 0; 1 + 2; "a" + "b"; x = [1 2]; x[-1]; x[1]' '"ababab"' '""' 3 '"ab"' 2 2
	assert_prints 'x = len("abc") + 1; x; htons(80) + 1; a, b = socketpair; y = "lo"; send a hel; z = b.recv(3) + y + "!"; z' \
		4 20481 3 '"hello!"'
	assert_prints 'a, b = socketpair; send a abc; recv b 3 MSG_WAITALL; send a de; shutdown a SHUT_WR; recv b 9 MSG_WAITALL' 3 '"abc"' 2 '"de"'
}

@test "without a free descriptor each call that makes one says so" {
	local call wanted
	local -a calls=(socket socketpair 'create_connection 127.0.0.1 80' 'create_server 127.0.0.1 0' 'fromfd x.fd' 'dup x' 'socket fileno=x.fd')

	wanted="nsk repl: -c:1: EMFILE: $(glibc_or_musl "too many open files" "no file descriptors available")"
	has epoll && calls+=(epoll 'epoll [x] 0')
	for call in "${calls[@]}"; do
		# 0, 1, 2, and the one that x has
		run --separate-stderr prlimit --nofile=4:4 -- "$NSK" repl -c "x = create_server 127.0.0.1 0; $call" </dev/null 3>&-
		assert_equal "$call: $stderr" "$call: $wanted"
		assert_failure 1
	done
	call='s = create_server 127.0.0.1 0; c = create_connection s.host s.port; accept s'
	run --separate-stderr prlimit --nofile=5:5 -- "$NSK" repl -c "$call" </dev/null 3>&-
	assert_equal "$stderr" "$wanted"
}

@test "values: numbers in every base, empty lists, bytes that are packed, parts of files" {
	printf 0123456789 >f
	assert_prints '0x10; 0b11; 0o17; -5; 1e3; .5; -.5; 1.5e-3; x = []; x; y = (); y' 16 3 15 -5 1000.0 0.5 -0.5 0.0015 '[]' '()'
	assert_prints 'AF_INET|5; 1|2; MSG_PEEK|MSG_DONTWAIT; x, y = [1 2]; y' 7 3 'MSG_PEEK|MSG_DONTWAIT' 2
	assert_prints 'unpack "c2s3p??" "abc\x02de\x00\x01"; x = pack "?" True; x' '("a", "bc", "de", False, True)' '"\x01"'
	assert_prints 'ntop 7f000001; ntop "\x7f\x00\x00\x01"; ntop 00000000000000000000000000000001' '"127.0.0.1"' '"127.0.0.1"' '"::1"'
	assert_prints 'a, b = socketpair; sendfile a f 2 3; recv b 9; sendfile a f 5; recv b 9; sendfile a f; recv b 99; sendfile a f 0 0; sendfile a f 99' \
		3 '"234"' 5 '"56789"' 10 '"0123456789"' 0 0
	assert_prints '"{} {}".format(1); [1 "a"]; expect [1 "a"]; import x; from y import z; pass; exit; nothing' '"1 {}"' '[1, "a"]'
}

@test "the table of sockets shows no control character, and finds sockets in lists" {
	local name=$'\x01'

	run nsk repl -c "s = socket AF_UNIX; bind s './\\x01\\xff'; a, b = socketpair; x = [a [b]]; a = 1; b = 2; sockets"
	assert_success
	refute_output --partial "$name"
	assert_output --partial './??'
	assert_equal "${#lines[@]}" 4
	assert_line --regexp '^x +[0-9]+ +AF_UNIX '
}
