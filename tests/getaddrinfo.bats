#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# getaddrinfo, getnameinfo, gethostbyname, gethostbyname_ex, gethostbyaddr, getfqdn, gethostname, getservbyname,
# getservbyport, getprotobyname: forms and refusals. What they answer is held against Python in names.bats, what a
# name server may do in resolve.bats.

load helpers

@test "getaddrinfo prints aligned five-tuples with - for what is empty" {
	run -0 nsk getaddrinfo 127.0.0.1 80
	assert_line --index 0 'AF_INET   SOCK_STREAM  tcp  -  127.0.0.1:80'
	assert_line --index 1 'AF_INET   SOCK_DGRAM   udp  -  127.0.0.1:80'
	has static || assert_line --index 2 'AF_INET   SOCK_RAW     ip   -  127.0.0.1:80'
	run -0 nsk getaddrinfo --type stream ::1
	assert_output 'AF_INET6  SOCK_STREAM  tcp  -  [::1]:0'
}

@test "getaddrinfo: a port out of range is status 2, an unknown service 3" {
	run -2 nsk getaddrinfo 127.0.0.1 65536
	run -3 nsk getaddrinfo 127.0.0.1 nosuch
	assert_output "nsk getaddrinfo: nosuch: no such service (EAI_SERVICE)"
	run -3 nsk getaddrinfo 1.2.3.256
	assert_output --partial "nsk getaddrinfo: 1.2.3.256: "
	assert_output --partial "(EAI_"
}

@test "getnameinfo: names and numbers" {
	run -0 nsk getnameinfo -n 127.0.0.1 80
	assert_output "127.0.0.1 80"
	run -0 nsk getnameinfo -n ::1 http
	assert_output "::1 80"
	run -3 nsk getnameinfo localhost 80
	assert_output "nsk getnameinfo: localhost: not an address (EAI_NONAME)"
	run -2 nsk getnameinfo 127.0.0.1 65536
	run -2 nsk getnameinfo 127.0.0.1
}

@test "gethostbyname: the wildcard, broadcast and numbers are not looked up" {
	run -0 nsk gethostbyname ''
	assert_output 0.0.0.0
	run -0 nsk gethostbyname '<broadcast>'
	assert_output 255.255.255.255
	run -3 nsk gethostbyname ::1
	run -3 nsk gethostbyaddr ''
	assert_output --partial "two addresses"
}

@test "gethostbyname_ex prints three lines even where there is nothing to print" {
	nsk gethostbyname_ex 127.0.0.1 >out
	assert_equal "$(wc -l <out)" 3
	assert_equal "$(sed -n 1p out)" 127.0.0.1
	assert_equal "$(sed -n 2p out)" "$(glibc_or_musl "" 127.0.0.1)"
	assert_equal "$(sed -n 3p out)" 127.0.0.1
}

@test "gethostname takes no operand and is the kernel's name" {
	run -0 nsk gethostname
	assert_output "$(uname -n)"
	run -2 nsk gethostname x
	assert_output "nsk gethostname: extra operand 'x': nsk gethostname [OPTION]..."
}

@test "getservbyname and getservbyport" {
	run -0 nsk getservbyname domain udp
	assert_output 53
	run -0 nsk getservbyport 53 tcp
	assert_output domain
	run -3 nsk getservbyname domain nosuch
	assert_output "nsk getservbyname: domain/nosuch: no such service"
	run -3 nsk getservbyname ''
	assert_output "nsk getservbyname: '': no such service"
	run -3 nsk getservbyport 1023
	assert_output "nsk getservbyport: 1023: no service has this port"
	run -3 nsk getservbyport 53 nosuch
	assert_output "nsk getservbyport: 53/nosuch: no service has this port"
	for port in 65536 http '' ' 80' 0x50; do
		run -2 nsk getservbyport "$port"
		assert_output "nsk getservbyport: '$port': not a port (0 to 65535)"
	done
}

@test "getprotobyname" {
	run -0 nsk getprotobyname tcp
	assert_output 6
	run -3 nsk getprotobyname nosuch
	assert_output "nsk getprotobyname: nosuch: no such protocol"
}

@test "- reads one operand a line, the last one with or without a newline" {
	run -0 nsk getservbyname - udp < <(printf 'domain\nntp')
	assert_output $'53\n123'
	run --separate-stderr -3 nsk getprotobyname - <<<$'tcp\nnosuch\nudp'
	assert_output 6
}

@test "- refuses a line with a NUL byte and a stdin that cannot be read" {
	run -1 nsk getprotobyname - < <(printf 'tcp\0x\n')
	assert_output "nsk getprotobyname: tcp: a line with a NUL byte in it"
	run -1 nsk getprotobyname - </
	assert_output "nsk getprotobyname: standard input: is a directory"
}
