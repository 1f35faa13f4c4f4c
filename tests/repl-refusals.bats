#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# repl: what it cannot do is refused with one message that names the script and the line, and status 1, call by call.
# What is refused is what Python refuses, or what the system's call answers with an error.
# shellcheck disable=SC2016 # scripts in quotes

load helpers

# Each line of stdin is a script that ends with its last call, refused; what it has printed before does not matter.
assert_all_refused() {
	local line count=0

	while IFS= read -r line; do
		[ -n "$line" ] || continue
		run --separate-stderr nsk repl -c "$line"
		assert_equal "$line: $status" "$line: 1"
		# one message, the time that a call took aside
		stderr=$(grep -v ' took [0-9.]* m\?s$' <<<"$stderr" || true)
		assert_equal "$line: $(wc -l <<<"$stderr")" "$line: 1"
		[[ $stderr == "nsk repl: -c:1: "* ]] || fail "$line: $stderr"
		count=$((count + 1))
	done
	[ "$count" -gt 0 ]
}

@test "sockets: families, types and numbers that do not exist" {
	assert_all_refused <<-'EOT'
		socket AF_INET 77
		socket 4711
		socket AF_INET SOCK_STREAM IPPROTO_UDP
		socket "AF_INET"
		a, b = socketpair; f = a.makefile('rw'); close a; readline f
		a, b = socketpair; f = a.makefile('w'); close a; write f 'x'; flush f
		inet_pton AF_INET "127.0.0.1\x00x"
		inet_aton "127.1\x00"
		ntop "zzzzzzzz"
		inet_ntop AF_INET "abcdefghijklmnopq"
		s = socket; d = getsockname s; d.nothing
		p = poll; p.nothing
		a, b = socketpair; sendfile a ./nothing
		a, b = socketpair; close b; sendfile a /proc/self/status
		a, b = socketpair; close b; send a x
		a, b = socketpair; recv b -5
		a, b = socketpair; recv_into b x 3.5
		x, y = [1]
		x, y = 5
		a, b, c = socketpair
		5; expect 6
		x = 5; x.y
		exit 5
		structx.pack 5
		help nothing
		create_connection ::1:80
		create_connection localhost 1
		s = create_server 127.0.0.1 0; create_connection s.host s.port 2 ["192.0.2.1" 0]
		s = socket AF_UNIX; bind s "a\x00b"
		s = socket AF_UNIX; bind s ""
		s = socket; bind s 127.0.0.1 0 0 0
		s = socket AF_INET6; bind s ::1 0 x 0
		s = socket AF_INET6; bind s ::1 0 -1 0
		s = socket AF_INET6; bind s ::1 0 0 5000000000
		s = socket; x = -1; bind s 127.0.0.1 x
		s = socket; x = 70000; bind s 127.0.0.1 x
		s = socket; bind s [5 80]
		s = socket; bind s "::1:80"
		x = 5; bind x 80
		c = socket AF_INET SOCK_DGRAM; sendto c "x" -1 127.0.0.1 9
		c = socket AF_INET SOCK_DGRAM; sendto c "x" 5000000000 127.0.0.1 9
		c = socket AF_INET SOCK_DGRAM; sendto c "x"
		a, b = socketpair; x = "a" * 300; sendmsg a ["x"] [[SOL_SOCKET SCM_RIGHTS x]]
		a, b = socketpair; sendmsg a ["x"] [[SOL_SOCKET 1]]
		a, b = socketpair; sendmsg a ["x"] [5]
		a, b = socketpair; sendmsg a ["x"] [[SOL_SOCKET SCM_RIGHTS [1.5]]]
		a, b = socketpair; sendmsg a [5]
		a, b = socketpair; setsockopt a SOL_SOCKET SO_LINGER [1 5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0]
		a, b = socketpair; setsockopt a SOL_SOCKET SO_LINGER [1 x]
		a, b = socketpair; setsockopt a SOL_SOCKET 4711 "x"
		a, b = socketpair; getsockopt a IPPROTO_TCP TCP_CONGESTION
		s = socket; getsockopt s 4711 5 10
		a, b = socketpair; sockopts a SO_NOTHING
		a, b = socketpair; setblocking a False; x = "x" * 10000000; sendall a x
		a, b = socketpair; settimeout b 0.05; send a ab; recv b 9 MSG_WAITALL
		a, b = socketpair; p = poll; register p "x"
		a, b = socketpair; p = poll; modify p "x" 1
		a, b = socketpair; poll [(a x)] 0
		a, b = socketpair; poll [(a 1 2)] 0
		a, b = socketpair; epoll [(a x)] 0
		a, b = socketpair; poll a
		poll 5 5
		epoll "x"
		a, b = socketpair; e = epoll; e.register(a); close e; e.poll(0)
		"a" | 1
		"a" + 1
		x = "a" * 5000000000
		x = [1 2]; x[5]
		x = [1 2]; x[-3]
		s = socket; s.nothing
		sleep -1
		sleep x
		socket AF_INET SOCK_STREAM 0 4711
		socket a b c d e
		socketpair AF_INET
		socketpair 4711
		fromfd 4711
		fromfd -1
		fromfd "x"
		dup 5
		s = socket; close s; dup s
		s = socket; close s; close s; fileno s x
		s = socket; detach s; bind s 127.0.0.1 0
		create_connection 127.0.0.1 1
		create_connection 127.0.0.1 99999
		create_connection 127.0.0.1 80 x
		create_connection nowhere.invalid 80
		create_server 192.0.2.1 0
		create_server 127.0.0.1 99999
		s = create_server 127.0.0.1 0; create_server s.host s.port
		create_server
		listen 5
		listen
		s = socket AF_INET SOCK_DGRAM; listen s
		s = socket; accept s
		s = socket; setblocking s False; server = create_server 127.0.0.1 0; connect s server.host 99999
		s = socket; bind s 192.0.2.1 0
		s = socket; bind s
		s = socket; bind s 127.0.0.1
		s = socket; bind s [1 2]
		s = socket; connect s 127.0.0.1 1
		s = socket AF_INET6; bind s 127.0.0.1 0
		s = socket AF_UNIX; bind s "/nowhere/at/all"
		s = socket AF_UNIX; connect s "/nowhere/at/all"
		s = socket; shutdown s SHUT_WR
		s = socket; shutdown s 77
		s = socket; shutdown s
		s = socket; getpeername s
		getsockname 4711
		s = create_server 127.0.0.1 0; setblocking s False; accept s
		s = create_server 127.0.0.1 0; settimeout s 0.01; accept s
	EOT
}

@test "bytes: where they cannot go, or are none" {
	assert_all_refused <<-'EOT'
		s = socket; send s "x"
		s = socket; send s 5
		s = socket; sendall s [1]
		a, b = socketpair; send a
		a, b = socketpair; send a "x" "y"
		a, b = socketpair; send a "x" MSG_NOTHING
		a, b = socketpair; close b; sendall a "x"; sendall a "x"
		a, b = socketpair; recv a
		a, b = socketpair; recv a -1
		a, b = socketpair; recv a "x"
		a, b = socketpair; recv a 99999999999999999999
		a, b = socketpair; setblocking a False; recv a 1
		a, b = socketpair; settimeout a 0.01; recv a 1
		a, b = socketpair; settimeout a 0.01; recvfrom a 1
		a, b = socketpair; settimeout a 0.01; recvmsg a 1
		a, b = socketpair; settimeout a 0.01; recv_into a data 1
		a, b = socketpair; sendall b "x"; recv_into a
		a, b = socketpair; recvfrom_into a
		s = socket; recv s 10
		s = socket AF_INET SOCK_DGRAM; sendto s "x"
		s = socket AF_INET SOCK_DGRAM; sendto s "x" 127.0.0.1
		s = socket AF_INET SOCK_DGRAM; sendto s "x" 127.0.0.1 99999
		s = socket AF_INET SOCK_DGRAM; sendto s "x" 0 255.255.255.255 9
		s = socket AF_INET SOCK_DGRAM; sendto s "x" nowhere.invalid 9
		a, b = socketpair; sendfile a "/nowhere/at/all"
		a, b = socketpair; sendfile a
		a, b = socketpair; sendfile a "/etc/passwd" -1
		a, b = socketpair; sendfile a "/"
		a, b = socketpair; sendmsg a
		a, b = socketpair; sendmsg a [5]
		a, b = socketpair; sendmsg a ["x"] [5]
		a, b = socketpair; sendmsg a ["x"] [[1 2]]
		a, b = socketpair; sendmsg a ["x"] [["x" 1 ""]]
		a, b = socketpair; sendmsg a ["x"] [[1 "x" ""]]
		a, b = socketpair; sendmsg a ["x"] [[SOL_SOCKET SCM_RIGHTS ["x"]]]
		a, b = socketpair; sendmsg a ["x"] [[SOL_SOCKET SCM_RIGHTS [4711]]]
		a, b = socketpair; sendmsg a ["x"] [[SOL_SOCKET 4711 [1]]]
		s = socket; sendmsg s ["x"]
		a, b = socketpair; recvmsg a
		a, b = socketpair; recvmsg a -1
		a, b = socketpair; recvmsg a 1 -1
		s = socket; recvmsg s 1
		CMSG_LEN -1
		CMSG_SPACE x
		CMSG_LEN
	EOT
}

@test "files, options and waiting: what they do not take" {
	assert_all_refused <<-'EOT'
		makefile 5
		makefile
		a, b = socketpair; f = makefile a; readline f x
		a, b = socketpair; f = makefile a; close f; readline f
		a, b = socketpair; readline a
		a, b = socketpair; f = makefile a; close a; close f; read f
		a, b = socketpair; f = makefile a "r"; write f "x"; flush f; write f
		a, b = socketpair; f = makefile a "w"; close b; write f "x"; flush f
		a, b = socketpair; settimeout a 0.01; f = makefile a; readline f
		setblocking 5 True
		s = socket; setblocking s
		s = socket; settimeout s -1
		s = socket; settimeout s x
		settimeout
		setdefaulttimeout -1
		setdefaulttimeout "x"
		s = socket; setsockopt s SOL_SOCKET
		s = socket; setsockopt s SOL_SOCKET 4711 1
		s = socket; setsockopt s SOL_SOCKET SO_TYPE 1
		s = socket; setsockopt s "x" SO_RCVBUF 1
		s = socket; setsockopt s SOL_SOCKET SO_LINGER 1
		s = socket; getsockopt s SOL_SOCKET 4711
		s = socket; getsockopt s SOL_SOCKET SO_RCVBUF -1
		s = socket; getsockopt s SOL_SOCKET
		s = socket; sockopts s SO_NOTHING
		sockopts 5
		select [] []
		select 5 [] []
		select [5] [] [] 0
		select ["x"] [] [] 0
		select [] [] [] x
		select [] [] [] -1
		poll ["x"] 0
		register 5 6
		p = poll; register p 4711 POLLIN; p.poll(0); unregister p 4712
		p = poll; s = socket; modify p s POLLIN
		e = epoll; s = socket; modify e s EPOLLIN
		e = epoll; s = socket; unregister e s
		e = epoll; s = socket; register e s; register e s
		e = epoll; close e; s = socket; register e s
		p = poll; s = socket; register p s "x"
		fileno
		fileno 5
	EOT
}

@test "names and numbers: what nobody knows" {
	assert_all_refused <<-'EOT'
		getaddrinfo
		getaddrinfo nowhere.invalid 80
		getaddrinfo localhost no-such-service
		getaddrinfo localhost 80 4711
		getaddrinfo None None
		getnameinfo
		getnameinfo 127.0.0.1 80 4711000
		getnameinfo nowhere.invalid 80
		gethostbyname
		gethostbyname nowhere.invalid
		gethostbyname ::1
		gethostbyname_ex nowhere.invalid
		gethostbyaddr 192.0.2.256
		gethostbyaddr nowhere.invalid
		gethostname x
		getservbyname
		getservbyname no-such-service
		getservbyname http no-such-protocol
		getservbyport 1 no-such-protocol
		getservbyport 65536
		getservbyport -1
		getservbyport x
		getprotobyname no-such-protocol
		resolve
		resolve nowhere.invalid
		htons 65536
		htons -1
		htons "x"
		htons
		htonl 4294967296
		ntohl -1
		ntohs 65536
		inet_pton AF_INET ::1
		inet_pton AF_INET6 127.0.0.1
		inet_pton AF_UNIX 127.0.0.1
		inet_pton 127.0.0.1
		inet_ntop AF_INET "abc"
		inet_ntop AF_INET6 "abcd"
		inet_ntop AF_UNIX "abcd"
		inet_aton 1.2.3.4.5
		inet_aton ""
		inet_ntoa "abcde"
		pton x
		ntop "abc"
		aton x
		ntoa "abc"
		if_nametoindex no-such-link
		if_indextoname 4711000
		if_indextoname -1
	EOT
}

@test "packing and text: formats, kinds and counts that do not fit" {
	assert_all_refused <<-'EOT'
		pack
		pack "y"
		pack "H"
		pack "H" 1 2
		pack "H" 65536
		pack "H" "x"
		pack "H" 1.5
		pack "b" 200
		pack "c" "ab"
		pack "d" "x"
		pack "e" 1e10
		pack "?" [1]
		pack 5
		unpack "H" "abc"
		unpack "H"
		unpack "y" "ab"
		unpack "H" 5
		calcsize "y"
		calcsize "9999999999999999999h"
		calcsize
		bytes
		bytes [300]
		str
		len 5
		len
		repr
	EOT
}

@test "the language: what is no line of it" {
	assert_all_refused <<-'EOT'
		nothing
		nothing 1 2
		x
		x.host
		a = htons 80; a.host
		a = htons 80; a.nothing
		s = socket; s.nothing
		a, b = htons 80
		a, b, c = socketpair
		5 = htons 80
		htons 80 =
		= 5
		a = 
		print "x
		print 'x
		print 1]
		print "\q"
		print b"\x4"
		print $nothing
		while True:
		def f():
		for x in y:
		if True:
		expect 5
		htons 80; expect 5
		expect
		sleep
		sleep x
		sleep -1
		help nothing
		exit x
		a = 5; a()
		a = [1 2]; print a[5]
		a = [1 2]; print a["x"]
		a = 5; print a[0]
		print 1 + "x"
		print 1 +
		try
		sockets x
	EOT
}

@test "a refusal in the middle leaves the rest alone, with try it is a name" {
	run --separate-stderr nsk repl -c 'print 1; htons 65536; print 2'
	assert_failure 1
	assert_output 1
	run --separate-stderr nsk repl -c 's = socket; try connect s 127.0.0.1 1; expect "ECONNREFUSED"; print 2'
	assert_success
	assert_output --partial 2
}

@test "what can never succeed fails at once, whether the socket blocks or not" {
	local line

	# the errors are those that C and Python get
	NSK_TEST_SECONDS=20
	while read -r line; do
		for how in True False; do
			run nsk repl -c "s = create_server 127.0.0.1 0; t = socket; u = socket AF_INET SOCK_DGRAM; v = socket AF_UNIX SOCK_DGRAM
				w = dup s; f = makefile s
				setblocking s $how; setblocking t $how; setblocking u $how; setblocking v $how; setblocking w $how
				${line%#*}
				expect ${line#*#}"
			assert_equal "$line: $status $output" "$line: 0 $output"
		done
	done <<-'EOT'
		try recv s 10 #ENOTCONN
		try recvfrom s 10 #ENOTCONN
		try recvmsg s 10 #ENOTCONN
		try recv w 10 #ENOTCONN
		try readline f #ENOTCONN
		try send s "x" #EPIPE
		try sendall s "x" #EPIPE
		try sendto s "x" 127.0.0.1 9 #EPIPE
		try sendmsg s "x" #EPIPE
		try recv t 10 #ENOTCONN
		try accept t #EINVAL
		try accept u #EOPNOTSUPP
		try accept v #EOPNOTSUPP
		a, b = socketpair; try recvmsg a 10 0 MSG_DONTWAIT #EAGAIN
	EOT
}

@test "a wait that is left out adds no call to the trace" {
	run --separate-stderr nsk repl --trace -c 's = create_server 127.0.0.1 0; try recv s 10; try send s "x"; t = socket; try accept t'
	assert_success
	assert_equal "$(sed -E 's/^\+[0-9.]* ([a-z]+)\(.* = (-1 [A-Z]+|[0-9]+).*/\1 \2/; /^socket|^close|^nsk/d' <<<"$stderr")" \
		$'setsockopt 0\nbind 0\nlisten 0\nrecv -1 ENOTCONN\nsend -1 EPIPE\naccept -1 EINVAL'
}
