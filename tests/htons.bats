#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# htons, ntohs, htonl, ntohl. What they print is compared with the bytes, so that it holds on machines of
# either byte order.

load helpers

# The decimal number that the bytes HEX (as "1F90") are in this machine's memory order.
native() {
	printf '%b' "$(sed 's/../\\x&/g' <<<"$1")" | od -An -t "u$((${#1} / 2))" | tr -d ' '
}

@test "htons puts a port into network order" {
	run --separate-stderr nsk htons 80 0x1F90
	assert_success
	assert_line --index 0 "$(native 0050)"
	assert_line --index 1 "$(native 1F90)"
	assert_equal "${#lines[@]}" 2
	assert_equal "$stderr" ""
}
