#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The calls of nsk repl, each in a script that fails when it misbehaves: what is expected comes from the socket API's
# documentation, from Python, or from the kernel's own tools.
# shellcheck disable=SC2016 # scripts in quotes

load helpers
load stream_helpers

# Runs the script on stdin; it must succeed. Its results are in $output.
script() {
	cat >script
	run nsk repl script
	assert_success
}

python() {
	"$PYTHON" -c "$@"
}

# ---- making, connecting, ending --------------------------------------------------------------------

@test "socket, bind, listen, connect, accept, getsockname, getpeername, fileno, close" {
	script <<-'EOT'
		s = socket AF_INET SOCK_STREAM
		s.fd; expect s.fileno()
		fileno s; expect s.fd
		bind s 127.0.0.1 0
		listen s 5
		here = getsockname s
		here.host; expect "127.0.0.1"
		c = socket
		connect c here
		conn, peer = accept s
		getpeername c; expect here
		getsockname c; expect peer
		getpeername conn; expect peer
		getsockname conn; expect here
		close s
		fileno s; expect -1
		close s
		d = socket; try connect d here; expect ECONNREFUSED
		socket AF_INET6 SOCK_DGRAM IPPROTO_UDP
		u = socket type=SOCK_DGRAM; u.type; expect SOCK_DGRAM
		n = socket AF_INET SOCK_STREAM|SOCK_NONBLOCK; try accept n; expect EINVAL
	EOT
}

@test "addresses: HOST:PORT, a tuple, a variable, four words, a path, an abstract name" {
	script <<-'EOT'
		a = socket; bind a 127.0.0.1:0; a.host; expect "127.0.0.1"
		b = socket; bind b ("127.0.0.1", 0); b.host; expect "127.0.0.1"
		HOST = ''; c = socket; bind c HOST 0; c.host; expect "0.0.0.0"
		d = socket AF_INET6; bind d ::1 0 0 0; d.host; expect "::1"
		e = socket AF_INET6; bind e [::1]:0; e.host; expect "::1"
		f = socket AF_UNIX; bind f name; getsockname f; expect name
		g = socket AF_UNIX; bind g @nsk-test-of-repl; getsockname g; expect @nsk-test-of-repl
		h = socket; bind h localhost 0; h.host; expect "127.0.0.1"
		i = socket; try bind i 192.0.2.1 0; expect EADDRNOTAVAIL
		PORT = 0; j = socket; bind j PORT; j.host; expect "127.0.0.1"
	EOT
	assert [ -S name ]
}

@test "create_server and create_connection" {
	script <<-'EOT'
		s = create_server 127.0.0.1 0 backlog=3
		getsockopt s SOL_SOCKET SO_REUSEADDR; expect 1
		getsockopt s SOL_SOCKET SO_ACCEPTCONN; expect 1
		c = create_connection s.host s.port
		a, peer = accept s
		getsockname c; expect peer
		d = create_connection getsockname(s) timeout=2.5; gettimeout d; expect 2.5
		e = create_connection 127.0.0.1 s.port source_address=("127.0.0.1", 0); e.host; expect "127.0.0.1"
	EOT
	script <<-'EOT'
		s = create_server 0; s.host; expect "127.0.0.1"
		s6 = create_server ::1 0; s6.family; expect AF_INET6
		any = create_server "" 0; any.host; expect "0.0.0.0"
		two = create_server :: 0 dualstack_ipv6=True; getsockopt two IPPROTO_IPV6 IPV6_V6ONLY; expect 0
		try create_server 127.0.0.1 s.port; expect EADDRINUSE
		p = s.port; close s; try create_connection 127.0.0.1 p; expect ECONNREFUSED
		try create_connection no-such-host.invalid 80
	EOT
	assert_line --partial 'no-such-host.invalid'
	! has portable || skip "SO_REUSEPORT is not POSIX's"
	nsk repl -c 'r = create_server 127.0.0.1 0 reuse_port=True; getsockopt r SOL_SOCKET SO_REUSEPORT; expect 1'
}

@test "create_connection takes HOST:PORT as one word" {
	peer_listen recv close
	nsk repl -c "c = create_connection localhost:$PEER_PORT; sendall c \"by nsk\""
	peer_wait
	assert_equal "$(<peer.out)" "by nsk"
}

@test "connect_ex gives the error's number" {
	script <<-'EOT'
		s = create_server 127.0.0.1 0; p = s.port
		c = socket; connect_ex c 127.0.0.1 p; expect 0
		close s; d = socket; connect_ex d 127.0.0.1 p
		expect ECONNREFUSED
		n = socket; setblocking n False; t = create_server 127.0.0.1 0; connect_ex n 127.0.0.1 t.port; expect EINPROGRESS
	EOT
	assert_line "$(python 'import errno; print(errno.ECONNREFUSED)')"
}

@test "socketpair: stream, datagrams, seqpacket" {
	script <<-'EOT'
		a, b = socketpair; a.family; expect AF_UNIX; sendall a one; sendall a two; recv b 100; expect "onetwo"
		a, b = socketpair AF_UNIX SOCK_DGRAM; send a one; send a two; recv b 100; expect "one"; recv b 100; expect "two"
		a, b = socketpair type=SOCK_SEQPACKET; send a one; send a ""; recv b 100; expect "one"
	EOT
}

@test "fromfd and dup: a second descriptor for the same socket; detach lets go of one" {
	script <<-'EOT'
		a, b = socketpair
		c = fromfd a.fd AF_UNIX SOCK_STREAM; c.fd; expect b.fd + 1
		d = dup a; close a; close c
		send d "still open"; recv b 100; expect "still open"
		close d; recv b 100; expect ""
		e, f = socketpair; n = detach e; e.fd; expect -1
		g = socket fileno=n; send g x; recv f 5; expect "x"; g.family; expect AF_UNIX
		try fromfd 99 AF_INET SOCK_STREAM; expect EBADF
	EOT
}

@test "fromfd leaves a descriptor that others share as it was" {
	cat >holder.py <<-'EOT'
		import fcntl, os, socket, subprocess, sys
		a, b = socket.socketpair()
		code = 's = fromfd 0 AF_UNIX SOCK_STREAM; recv s 100; expect "hello"; sendall s back'
		child = subprocess.Popen([os.environ["NSK"], "repl", "-c", code], stdin=b, stdout=subprocess.DEVNULL)
		a.sendall(b"hello")
		assert a.recv(100) == b"back"
		assert child.wait() == 0
		assert not fcntl.fcntl(b.fileno(), fcntl.F_GETFL) & os.O_NONBLOCK
	EOT
	run timeout 20 "$PYTHON" holder.py
	assert_success
}

@test "shutdown: each direction by itself" {
	script <<-'EOT'
		a, b = socketpair
		shutdown a SHUT_WR; recv b 10; expect ""
		send b "on"; recv a 10; expect "on"
		try send a "no"; expect EPIPE
		shutdown a SHUT_RD; try send b "no"; expect EPIPE
		c, d = socketpair; shutdown c SHUT_RDWR; recv d 10; expect ""; recv c 10; expect ""
		s = socket; try shutdown s SHUT_WR; expect ENOTCONN
	EOT
}

# ---- sending and receiving -------------------------------------------------------------------------

@test "send and sendall: a part of it, all of it, flags" {
	script <<-'EOT'
		a, b = socketpair
		send a "abc"; expect 3
		recv b 2; expect "ab"
		recv b 100 MSG_PEEK; expect "c"
		recv b 100; expect "c"
		try recv b 100 MSG_DONTWAIT; expect EAGAIN
		setblocking b False; try recv b 100; expect EAGAIN
		sendall a "\x00\xff"; recv b 100; expect "\x00\xff"
		s = create_server 127.0.0.1 0; c = create_connection s.host s.port; d, peer = accept s
		send c "!" MSG_OOB; recv d 1 MSG_OOB; expect "!"
		sendall c "12345"; recv d 3 MSG_WAITALL; expect "123"
	EOT
}

@test "a socket that does not block sends what fits; one with a timeout gives up; one that blocks sends all" {
	head -c 3M /dev/zero | tr '\0' x >big
	cat >reader.py <<-'EOT'
		import socket, sys
		s = socket.create_server(("127.0.0.1", 0))
		print(s.getsockname()[1], flush=True)
		c, _ = s.accept()
		sys.stdin.readline()
		total = 0
		while data := c.recv(65536):
		    total += len(data)
		print(total)
	EOT
	mkfifo go
	timeout 30 "$PYTHON" reader.py <go >reader.out 3>&- &
	exec {STDIN_FD}>go
	until_true test -s reader.out
	cat >script <<-EOT
		c = create_connection 127.0.0.1 $(head -n 1 reader.out)
		a, b = socketpair
		setblocking a False
		x = "0123456789abcdef"; x = x + x; x = x + x; x = x + x; x = x + x; x = x + x; x = x + x; x = x + x; x = x + x
		x = x + x; x = x + x; x = x + x; x = x + x; x = x + x; x = x + x; x = x + x; x = x + x; len x; expect 1048576
		n = send a x; print n
		try send a x; expect EAGAIN
		settimeout a 0.05; try sendall a x; expect ETIMEDOUT
		len recv(b, 2000000)
		print full
		send c x; expect 1048576
		sendall c x
		shutdown c SHUT_WR; recv c 1; expect ""
	EOT
	nsk repl script >script.out 3>&- &
	until_true grep -q full script.out
	echo go >&"$STDIN_FD"
	wait $!
	assert [ "$(sed -n 2p script.out)" -lt 1048576 ]
	until_true grep -qx 2097152 reader.out
}

@test "sendfile sends a file, or a part of it" {
	random_file data 300000
	peer_listen recv close
	nsk repl -c "c = create_connection 127.0.0.1 $PEER_PORT; sendfile c data; expect 300000"
	peer_wait
	cmp data peer.out
	printf 0123456789 >digits
	script <<-'EOT'
		a, b = socketpair
		sendfile a digits 3; expect 7; recv b 100; expect "3456789"
		sendfile a digits offset=2 count=4; expect 4; recv b 100; expect "2345"
		try sendfile a nothing; expect ENOENT
	EOT
}

@test "recvfrom tells who sent a datagram" {
	script <<-'EOT'
		a = socket AF_INET SOCK_DGRAM; bind a 127.0.0.1 0; me = getsockname a
		b = socket AF_INET SOCK_DGRAM; bind b 127.0.0.1 0; to = getsockname b
		sendto a "one" to; expect 3
		sendto a "two!" 127.0.0.1 b.port; expect 4
		sendto a "" 0 to; expect 0
		sendto a "flags" MSG_DONTWAIT 127.0.0.1 b.port; expect 5
		data, peer = recvfrom b 100; data; expect "one"; peer; expect me
		recvfrom b 2; expect ("tw" me)
		recv b 100; expect ""
		recvfrom b 100 MSG_PEEK; expect ("flags" me)
		n, peer = recvfrom_into b data 100; n; expect 5; data; expect "flags"; peer; expect me
		x, y = socketpair; send x "s"; recvfrom y 5; expect ("s" None)
		try sendto a "x"
	EOT
	assert_line --partial 'too few words'
}

@test "recv_into and recvfrom_into set a variable" {
	script <<-'EOT'
		a, b = socketpair
		send a "hello"
		n = recv_into b data 3; print n data
		n = b.recv_into(data, 100); print n data
		try recv_into b "data" 5; expect TypeError
	EOT
	assert_line --index 1 '3 hel'
	assert_line --index 2 '2 lo'
}

@test "sendmsg and recvmsg: several pieces, an address, a descriptor" {
	script <<-'EOT'
		a, b = socketpair
		sendmsg a ["one" "two"]; expect 6
		recvmsg b 100; expect ("onetwo" [] 0 None)
		c, d = socketpair
		sendmsg a ["x"] [(SOL_SOCKET SCM_RIGHTS [c])]; expect 1
		data, beside, flags, peer = recvmsg b 10 CMSG_SPACE(4)
		beside[0][0]; expect SOL_SOCKET; beside[0][1]; expect SCM_RIGHTS
		e = socket fileno=beside[0][2][0]
		send e "by the copy"; recv d 100; expect "by the copy"
		u = socket AF_INET SOCK_DGRAM; bind u 127.0.0.1 0; v = socket AF_INET SOCK_DGRAM; bind v 127.0.0.1 0
		sendmsg v ["long one"] address=getsockname(u); expect 8
		data, beside, flags, peer = recvmsg u 4; data; expect "long"; flags; expect MSG_TRUNC; peer; expect getsockname(v)
		CMSG_LEN 4; expect 20
		CMSG_SPACE 4; expect 24
	EOT
}

@test "makefile: readline, read, write, flush" {
	script <<-'EOT'
		a, b = socketpair
		f = makefile b
		sendall a "one\ntwo\r\nthr"
		readline f; expect "one\n"
		f.readline(2); expect "tw"
		readline f; expect "o\r\n"
		read f 2; expect "th"
		write f "back"; expect 4; flush f; recv a 100; expect "back"
		sendall a "ee"; shutdown a SHUT_WR
		readline f; expect "ree"
		readline f; expect ""
		read f; expect ""
		close f; try readline f; expect EBADF
	EOT
}

# ---- asking and setting ----------------------------------------------------------------------------

@test "setblocking, getblocking, settimeout, gettimeout, setdefaulttimeout, getdefaulttimeout" {
	script <<-'EOT'
		a, b = socketpair
		gettimeout a; expect None; getblocking a; expect True
		setblocking a False; gettimeout a; expect 0; getblocking a; expect False
		try recv a 1; expect EAGAIN
		settimeout a 0.05; gettimeout a; expect 0.05; try recv a 1; expect ETIMEDOUT
		setblocking a True; gettimeout a; expect None
		settimeout a None; gettimeout a; expect None
		getdefaulttimeout; expect None
		setdefaulttimeout 0.05; getdefaulttimeout; expect 0.05
		s = create_server 127.0.0.1 0; gettimeout s; expect 0.05; try accept s; expect ETIMEDOUT
		setdefaulttimeout None; t = socket; gettimeout t; expect None
		try settimeout a -1; expect TypeError
	EOT
}

@test "setsockopt and getsockopt: numbers, bytes, lists, texts" {
	script <<-'EOT'
		s = socket
		getsockopt s SOL_SOCKET SO_KEEPALIVE; expect 0
		setsockopt s SOL_SOCKET SO_KEEPALIVE 1; getsockopt s SOL_SOCKET SO_KEEPALIVE; expect 1
		s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True); getsockopt s IPPROTO_TCP TCP_NODELAY; expect 1
		setsockopt s SOL_SOCKET SO_LINGER [1 7]; getsockopt s SOL_SOCKET SO_LINGER 8; expect pack("@ii", 1, 7)
		setsockopt s SOL_SOCKET SO_LINGER pack("@ii", 1, 0); getsockopt s SOL_SOCKET SO_LINGER 8; expect "\x01\0\0\0\0\0\0\0"
		getsockopt s SOL_SOCKET SO_TYPE; expect SOCK_STREAM
		getsockopt s SOL_SOCKET SO_ERROR; expect 0; sockopts s TCP_NODELAY SO_KEEPALIVE; try sockopts s SO_NOTHING; expect NameError
		name = getsockopt s IPPROTO_TCP TCP_CONGESTION; setsockopt s IPPROTO_TCP TCP_CONGESTION name
		try setsockopt s SOL_SOCKET 9999 1; expect ENOPROTOOPT
		try getsockopt s SOL_SOCKET 9999; expect ENOPROTOOPT
	EOT
	assert_line --regexp '^IPPROTO_TCP +TCP_NODELAY +flag +1$'
	assert_line --regexp '^SOL_SOCKET +SO_KEEPALIVE +flag +1$'
}

@test "has_ipv6 is what the kernel says" {
	run nsk repl -c has_ipv6
	assert_output "$(python 'import os; print(os.path.exists("/proc/net/if_inet6"))')"
}

# ---- waiting ---------------------------------------------------------------------------------------

@test "select: who is ready, in three lists, and a timeout" {
	script <<-'EOT'
		a, b = socketpair; c, d = socketpair
		select [a b c] [] [] 0; expect ([] [] [])
		send a "x"
		select [a b c] [c] [] 5; expect ([b] [c] [])
		r, w, x = select.select([b, d], [], [], 0.05); len r; expect 1
		select [b.fd] [] []; expect ([b.fd] [] [])
	EOT
}

@test "poll: a list in seconds, Python's object in milliseconds" {
	script <<-'EOT'
		a, b = socketpair
		poll [a b] 0; expect []
		send a "x"
		poll [a b] 5; expect [(b POLLIN)]
		poll [(a POLLOUT) b]; expect [(a POLLOUT) (b POLLIN)]
		p = select.poll()
		p.register(b, select.POLLIN); p.register(a, select.POLLIN)
		p.poll(1000); expect [(b.fd POLLIN)]
		p.modify(a, POLLOUT); p.poll(); expect [(b.fd POLLIN) (a.fd POLLOUT)]
		p.unregister(b); p.poll(0); expect [(a.fd POLLOUT)]
		try p.unregister(b); expect ENOENT
		close a; poll [b] 1; expect [(b POLLIN|POLLHUP)]
		try close(p); try p.poll(0); expect EBADF
	EOT
	# 60 ms by the object, 60 s by the list
	run timeout 10 "$NSK" repl -c 'a, b = socketpair; p = poll; p.register(a, POLLIN); p.poll(60); expect []' 3>&-
	assert_success
}

@test "epoll: a list, and Python's object, both in seconds" {
	nsk --version | grep -q ' epoll' || skip "no epoll"
	script <<-'EOT'
		a, b = socketpair
		epoll [a b] 0; expect []
		send a "x"
		epoll [a b] 5; expect [(b EPOLLIN)]
		p = select.epoll(); fileno p; expect p.fd
		p.register(b.fileno(), select.EPOLLIN); p.poll(1); expect [(b.fd EPOLLIN)]
		p.modify(b, EPOLLOUT); p.poll(timeout=1); expect [(b.fd EPOLLOUT)]
		p.register(a, EPOLLOUT); len p.poll(1, 1)
		p.unregister(a); p.unregister(b); p.poll(0.01); expect []
		try p.unregister(b); expect ENOENT
		p.close(); try p.poll(0); expect EBADF
	EOT
}

# ---- names and numbers -----------------------------------------------------------------------------

@test "the look-ups return what Python's do" {
	cat >look-ups <<-'EOT'
		socket.getaddrinfo("127.0.0.1", 80, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
		socket.getaddrinfo("127.0.0.1", "http", type=socket.SOCK_STREAM)[0][4][1]
		len(socket.getaddrinfo("127.0.0.1", 80))
		socket.gethostbyname("localhost")
		socket.gethostbyname_ex("localhost")[0]
		socket.gethostbyaddr("127.0.0.1")[0]
		socket.getfqdn("localhost")
		socket.gethostname()
		socket.getnameinfo(("127.0.0.1", 80), 0)[1]
		socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST|socket.NI_NUMERICSERV)[1]
		socket.getservbyname("domain", "udp")
		socket.getservbyname("http")
		socket.getservbyport(53, "udp")
		socket.getprotobyname("udp")
		socket.htons(80)
		socket.ntohs(0x1234)
		socket.htonl(1)
		socket.ntohl(0x7f000001)
		socket.inet_ntoa(socket.inet_aton("127.1"))
		socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, "2001:DB8:0::1"))
		socket.if_nametoindex("lo")
		socket.if_indextoname(socket.if_nametoindex("lo"))
		struct.calcsize("@bhiq0l")
		struct.unpack("<hB?d", struct.pack("<hB?d", -5, 200, True, 0.1))[3]
		struct.unpack("<hB?d", struct.pack("<hB?d", -5, 200, True, 0.1))[0]
		struct.unpack(">Q", struct.pack(">Q", 18446744073709551615))[0]
	EOT
	! has static || sed -i '/^len(socket/d' look-ups # musl knows no SOCK_RAW there
	{
		echo 'import socket, struct'
		sed 's/.*/print(&)/' look-ups
	} >script.py
	sed 's/.*/print(&)/' look-ups >script
	"$PYTHON" script.py >wanted
	run nsk repl script
	assert_success
	assert_output "$(<wanted)"
}

@test "look-ups that fail, numbers out of range" {
	script <<-'EOT'
		try getservbyname no-such-service; expect OSError
		try getservbyport 1 nothing; expect OSError
		try getprotobyname nothing; expect OSError
		try htons 65536; expect OverflowError
		try htonl 4294967296; expect OverflowError
		try htons x; expect TypeError
		try inet_aton 1.2.3.4.5; expect OSError
		try inet_pton AF_INET ::1; expect OSError
		try inet_ntoa "abc"; expect ValueError
		try if_nametoindex no-such-if; expect ENODEV
		try if_indextoname 999999; expect ENXIO
		try pack !H 70000; expect "struct.error"
		try pack !H; expect "struct.error"
		try pack !H x; expect "struct.error"
		try unpack !H "abc"; expect "struct.error"
		try calcsize y; expect "struct.error"
	EOT
	assert_line --partial 'out of range for '\''H'\'': 0 to 65535'
	assert_line --partial 'requires a buffer of 2 bytes, got 3'
}

@test "the calls under nsk's own names: pton, ntop, aton, ntoa, resolve" {
	script <<-'EOT'
		pton 127.0.0.1; expect "\x7f\x00\x00\x01"
		len pton("::1"); expect 16
		ntop 7f000001; expect "127.0.0.1"
		ntop "\x7f\x00\x00\x01"; expect "127.0.0.1"
		aton 127.1; expect "\x7f\x00\x00\x01"
		inet_pton AF_INET 127.0.0.1; expect "\x7f\x00\x00\x01"
		inet_aton 127.1; expect "\x7f\x00\x00\x01"
		ntoa 7f000001; expect "127.0.0.1"
		resolve 127.0.0.1; expect ["127.0.0.1"]
		resolve 127.0.0.1 80; expect "[127.0.0.1:80]"
		getaddrinfo None 80 AF_INET SOCK_STREAM 0 AI_PASSIVE
	EOT
	assert_line '[(AF_INET, SOCK_STREAM, IPPROTO_TCP, "", 0.0.0.0:80)]'
}

@test "texts: bytes, encode, decode, str, repr, len, upper, format" {
	script <<-'EOT'
		bytes "a" "utf-8"; expect "a"
		"a".encode(); expect "a"
		decode "a"; expect "a"
		str 5; expect "5"
		repr "a"; expect "\"a\""
		len [1 2]; expect 2
		"aé".upper(); expect "Aé"
		"{}-{}".format(1, "x"); expect "1-x"
		try len 5; expect TypeError
	EOT
}

# ---- the session -----------------------------------------------------------------------------------

@test "print, sleep, exit" {
	run nsk repl -c 'print; print a "b c" 5 [1 "x"] None; exit; print not'
	assert_success
	assert_output $'\na b c 5 [1, "x"] None'
	run timeout 10 "$NSK" repl -c 'sleep 0.01; sleep 0; time.sleep(0.01); print slept' 3>&-
	assert_output slept
	local begin=${EPOCHREALTIME/./}
	nsk repl -c 'sleep 0.2'
	assert [ $((${EPOCHREALTIME/./} - begin)) -ge 200000 ]
}

@test "sockets: a table of all, with states, queues, and what the kernel keeps after close" {
	needs sock_kernel # states and queues
	script <<-'EOT'
		server = create_server 127.0.0.1 0
		client = create_connection server.host server.port
		conn, peer = accept server
		sendall client "12345"
		u = socket AF_INET SOCK_DGRAM
		select [conn] [] []
		sockets
		shutdown client SHUT_WR; recv conn 100; recv conn 100
		sockets
		close conn
		recv client 10
		close client
		sockets
	EOT
	assert_line --regexp '^VARIABLE +FD +FAMILY +TYPE +STATE +LOCAL +PEER +RECV +SEND$'
	assert_line --regexp '^server +[0-9]+ +INET +STREAM +LISTEN +127\.0\.0\.1:[0-9]+ +- +0 +0$'
	assert_line --regexp '^client +[0-9]+ +INET +STREAM +ESTABLISHED +127\.0\.0\.1:[0-9]+ +127\.0\.0\.1:[0-9]+ +0 +0$'
	assert_line --regexp '^conn +[0-9]+ +INET +STREAM +ESTABLISHED +127\.0\.0\.1:[0-9]+ +127\.0\.0\.1:[0-9]+ +5 +0$'
	assert_line --regexp '^u +[0-9]+ +INET +DGRAM +- '
	assert_line --regexp '^client +[0-9]+ .* FIN_WAIT[12] '
	assert_line --regexp '^conn +[0-9]+ .* CLOSE_WAIT '
	assert_line --regexp '^client +- .* TIME_WAIT '
}

@test "help tells a call's errors, as the calls raise them" {
	for call in 'pack B 300' 'htons 70000' 'inet_pton AF_INET x' 'inet_ntoa b"abc"' 'getservbyname nosuch' 'setdefaulttimeout -1'; do
		run -0 nsk repl -c "try $call"
		error=${output%%:*}
		run -0 nsk repl -c "help ${call%% *}"
		assert_line --regexp "^  errors .*\b${error//./\\.}\b"
	done
}

@test "sockets: what one end of a Unix pair has sent waits at the other" {
	run -0 nsk repl -c 'a, b = socketpair; n = send a xyz; sockets'
	assert_line --regexp '^a .* 0 +0$'
	assert_line --regexp '^b .* 3 +0$'
}

@test "sockets: as wide as what it is written to, 80 columns elsewhere" {
	needs sock_kernel # states
	cat >script <<-'EOT'
		server = create_server 127.0.0.1 0
		a_longer_name_than_that_of_the_others = create_connection server.host server.port
		sockets
	EOT
	run nsk repl script # too much even with short names: family and type are left out
	assert_line --regexp '^VARIABLE +FD +STATE +LOCAL +PEER +RECV +SEND$'
	[ "$(wc -L <<<"$output")" -le 100 ]
	run nsk repl -c 'a, b = socketpair; sockets'
	assert_line --regexp '^a +[0-9]+ +AF_UNIX +SOCK_STREAM +- +- +- +0 +0$'
	for columns in 70 80 200; do
		run "$PYTHON" -B "$ROOT/tests/on_terminal.py" --columns "$columns" "$NSK" repl -c \
			's = create_server 127.0.0.1 0; c = create_connection s.host s.port; sockets'
		assert_success
		[ "$(tr -d '\r' <<<"$output" | wc -L)" -le "$columns" ]
		case $columns in
		70) assert_line --regexp '^s +[0-9]+ +LISTEN ' ;;
		80) assert_line --regexp '^s +[0-9]+ +INET +STREAM +LISTEN ' ;;
		200) assert_line --regexp '^s +[0-9]+ +AF_INET +SOCK_STREAM +LISTEN ' ;;
		esac
	done
}
