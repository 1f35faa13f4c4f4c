#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# pton, ntop, aton, ntoa and their API names. Which texts are addresses is held against Python in names.bats.

load helpers

@test "pton prints network bytes as hex digits, one address a line" {
	run -0 nsk pton 127.0.0.1 ::1
	assert_output $'7f000001\n00000000000000000000000000000001'
}

@test "pton -4 and -6 take their family alone" {
	run -1 nsk pton -4 ::1
	assert_output "nsk pton: ::1: not an IPv4 address"
	run -1 nsk pton -6 127.0.0.1
	assert_output "nsk pton: 127.0.0.1: not an IPv6 address"
	run -1 nsk pton localhost
	assert_output "nsk pton: localhost: not an IPv4 or IPv6 address"
}

@test "pton is strict, aton is not" {
	for text in 127.1 0x7f.0.0.1 017700000001 2130706433; do
		run -1 nsk pton "$text"
		run -0 nsk aton "$text"
		assert_output 7f000001
	done
	run -1 nsk aton ''
	assert_output "nsk aton: '': not an IPv4 address"
	run -1 nsk aton 1.2.3.256
}

@test "what stands before a bad operand has been printed" {
	run --separate-stderr -1 nsk pton 10.0.0.1 bad 10.0.0.2
	assert_output 0a000001
	assert_equal "$stderr" "nsk pton: bad: not an IPv4 or IPv6 address"
}

@test "-b writes and reads the bytes themselves" {
	nsk pton -b 127.0.0.1 ::1 >bytes
	printf '\x7f\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01' >wanted
	cmp bytes wanted
	for address in 10.1.2.3 2001:db8::7; do
		nsk pton -b "$address" >bytes
		run -0 nsk ntop -b <bytes
		assert_output "$address"
	done
	nsk aton -b 10.1.2.3 >bytes
	run -0 nsk ntoa -b <bytes
	assert_output 10.1.2.3
}

@test "-b: other lengths than an address's are status 1" {
	for count in 0 1 3 5 15 17 40; do
		run -1 nsk ntop -b < <(head -c "$count" /dev/zero)
		assert_output --regexp '^nsk ntop: standard input: (more than )?[0-9]+ bytes; 4 or 16 bytes are an address$'
	done
	run -1 nsk ntoa -b < <(head -c 16 /dev/zero)
	assert_output "nsk ntoa: standard input: 16 bytes; 4 bytes are an address"
	run -2 nsk ntop -b 7f000001
	run -2 nsk ntop
}

@test "ntop: odd, short, long and foreign digits are status 1" {
	run -1 nsk ntop 7f00000
	assert_output "nsk ntop: 7f00000: 7 hex digits; 8 or 32 hex digits are an address"
	run -1 nsk ntop 7f0000
	run -1 nsk ntop 7f00000100
	run -1 nsk ntop 7f00000g
	assert_output "nsk ntop: 7f00000g: not hex digits; 8 or 32 hex digits are an address"
	run -1 nsk ntop ''
	assert_output "nsk ntop: '': not hex digits; 8 or 32 hex digits are an address"
	run -1 nsk ntoa 00000000000000000000000000000001
	assert_output "nsk ntoa: 00000000000000000000000000000001: 32 hex digits; 8 hex digits are an address"
	run -0 nsk ntop 7F000001
	assert_output 127.0.0.1
}

@test "the API's names are the same commands, and hidden" {
	run -0 nsk inet_pton 127.0.0.1
	assert_output 7f000001
	run -0 nsk inet_ntop 7f000001
	assert_output 127.0.0.1
	run -0 nsk inet_aton 127.1
	assert_output 7f000001
	run -0 nsk inet_ntoa 7f000001
	assert_output 127.0.0.1
	run -0 nsk help
	refute_output --partial inet_pton
	for name in pton ntop aton ntoa; do
		run -0 nsk help "inet_$name"
		assert_line "Manual: man nsk-$name"
		assert_file_exist "$ROOT/man/nsk-$name.1"
	done
}

@test "- reads addresses from stdin" {
	run -0 nsk pton 10.0.0.1 - 10.0.0.4 <<<$'10.0.0.2\n10.0.0.3'
	assert_output $'0a000001\n0a000002\n0a000003\n0a000004'
	run -1 nsk pton - <<<$'10.0.0.1\r'
	assert_output 'nsk pton: 10.0.0.1\x0d: not an IPv4 or IPv6 address'
	run -1 nsk ntop - <<<''
}
