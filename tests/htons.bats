#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# htons, ntohs, htonl, ntohl. What they print is compared with the bytes, so that it holds on machines of
# either byte order.

load helpers

# The decimal number that the bytes HEX (as "1F90") are in this machine's memory order.
native() {
	local escaped

	# shellcheck disable=SC2001
	escaped=$(sed 's/../\\x&/g' <<<"$1")
	printf '%b' "$escaped" | od -An -t "u$((${#1} / 2))" | tr -d ' '
}

# COMMAND prints exactly ANSWERS (words) for NUMBERS (words), says nothing, and ends with 0.
assert_answers() {
	# shellcheck disable=SC2086
	run --separate-stderr nsk "$1" $2
	assert_success
	assert_equal "${output//$'\n'/ }" "$3"
	assert_equal "$stderr" ""
}

# COMMAND refuses NUMBER with status 1 and MESSAGE.
assert_refused() {
	run --separate-stderr nsk "$1" "$2"
	assert_failure 1
	assert_equal "$output" ""
	assert_equal "$stderr" "nsk $1: $3"
}

@test "htons and ntohs put 16 bits into network order and back" {
	assert_answers htons "80 0x1F90" "$(native 0050) $(native 1F90)"
	assert_answers ntohs "$(native 0050) $(native 1F90)" "80 8080"
}

@test "htonl and ntohl put 32 bits into network order and back" {
	assert_answers htonl "0x7f000001 1" "$(native 7F000001) $(native 00000001)"
	assert_answers ntohl "$(native 7F000001)" 2130706433
}

@test "the ends of the ranges are taken" {
	assert_answers htons "0 65535" "0 65535"
	assert_answers ntohs "0 65535" "0 65535"
	assert_answers htonl "0 4294967295" "0 4294967295"
	assert_answers ntohl "0 4294967295" "0 4294967295"
}

@test "decimal, hexadecimal, octal, binary; leading zeros mean nothing" {
	assert_answers ntohs "$(native 000A) 0x$(printf %x "$(native 000A)") 0X$(printf %X "$(native 000A)")" "10 10 10"
	assert_answers ntohs "0o$(printf %o "$(native 000A)") 000$(native 000A)" "10 10"
	assert_answers htons "010 10 0b1010 0B1010 0O12" "$(native 000A) $(native 000A) $(native 000A) $(native 000A) $(native 000A)"
}

@test "a number out of range is status 1 and names the range" {
	assert_refused htons 65536 "65536: out of range: 0 to 65535"
	assert_refused ntohs 0x10000 "0x10000: out of range: 0 to 65535"
	assert_refused htonl 4294967296 "4294967296: out of range: 0 to 4294967295"
	assert_refused ntohl 99999999999999999999999 "99999999999999999999999: out of range: 0 to 4294967295"
}

@test "what is no number is status 1" {
	local word

	for word in " " x 1x "1 " " 1" 1.0 1e3 0x 0b2 0o8 +1 1,000; do
		assert_refused htons "$word" "$word: not a number"
	done
	assert_refused htons "" "'': not a number"
}

@test "a sign is refused, as an option and behind --" {
	run --separate-stderr nsk htons -1
	assert_failure 2
	run --separate-stderr nsk htons -- -1
	assert_failure 1
	assert_equal "$stderr" "nsk htons: -1: out of range: 0 to 65535"
}

@test "what stands before a bad number is answered" {
	run --separate-stderr nsk ntohl 0 x 0
	assert_failure 1
	assert_equal "$output" 0
	assert_equal "$stderr" "nsk ntohl: x: not a number"
}

@test "without a number: status 2" {
	local command

	for command in htons ntohs htonl ntohl; do
		run --separate-stderr nsk "$command"
		assert_failure 2
		assert_equal "$output" ""
		assert_equal "$stderr" "nsk $command: an operand is missing: nsk $command [OPTION]... N..."
	done
}

@test "- reads numbers from stdin, one a line" {
	run -0 nsk htonl 1 - <<<$'2\n0x7f000001'
	assert_output "$(native 00000001)"$'\n'"$(native 00000002)"$'\n'"$(native 7F000001)"
}

@test "--explain shows the bytes in memory in both orders" {
	run -0 nsk htons --explain 80
	assert_line --index 0 "$(native 0050)"
	assert_line --regexp "in network order, big-endian +00 50$"
	if [ "$(native 0050)" = 80 ]; then
		assert_line --regexp "in this machine's order, big-endian +00 50$"
	else
		assert_line --regexp "in this machine's order, little-endian +50 00$"
	fi
	run -0 nsk htonl --explain 0x7f000001
	assert_line --regexp "in network order, big-endian +7f 00 00 01$"
}
