#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# sockopts. The values are held against Python's getsockopt in names.bats.

load helpers

@test "a table: level, name, kind, default" {
	run -0 nsk sockopts
	assert_line --index 0 --regexp '^LEVEL +NAME +KIND +DEFAULT$'
	assert_line --regexp '^SOL_SOCKET +SO_KEEPALIVE +flag +0$'
	assert_line --regexp '^SOL_SOCKET +SO_LINGER +linger +off$'
	assert_line --regexp '^SOL_SOCKET +SO_RCVTIMEO +seconds +0$'
	assert_line --regexp '^SOL_SOCKET +SO_RCVBUF +size +[0-9]+$'
	assert_line --regexp '^IPPROTO_TCP +TCP_MAXSEG +size +[0-9]+$'
	assert_line --regexp '^IPPROTO_IP +IP_TTL +number +64$'
	# columns stand below each other
	column=$(awk 'NR == 1 { print index($0, "DEFAULT") }' <<<"$output")
	run awk -v column="$column" 'substr($0, column - 1, 1) != " " || substr($0, column, 1) == " "' <<<"$output"
	assert_output ""
}

@test "--type: each kind of socket has its own" {
	run -0 nsk sockopts --type udp
	assert_line --regexp '^IPPROTO_IP +IP_MULTICAST_TTL +number +1$'
	refute_line --partial TCP_
	run -0 nsk sockopts --type unix
	assert_line --partial SO_SNDBUF
	refute_line --partial IP_
	run -0 nsk sockopts --type tcp
	refute_line --partial UDP_
	refute_line --partial IP_MULTICAST_TTL
}

@test "names choose rows, in their order, of the first kind of socket that has them" {
	run -0 nsk sockopts TCP_NODELAY SO_TYPE IP_MULTICAST_TTL
	assert_equal "${#lines[@]}" 4
	assert_line --index 1 --partial TCP_NODELAY
	assert_line --index 2 --regexp 'SO_TYPE +number +1$'
	assert_line --index 3 --partial IP_MULTICAST_TTL
	run -0 nsk sockopts --type udp SO_TYPE
	assert_line --index 1 --regexp 'SO_TYPE +number +2$'
}

@test "--json: one array" {
	run -0 nsk sockopts --json SO_KEEPALIVE SO_LINGER
	assert_output '[{"level":"SOL_SOCKET","name":"SO_KEEPALIVE","kind":"flag","default":0,"read_only":false},{"level":"SOL_SOCKET","name":"SO_LINGER","kind":"linger","default":"off","read_only":false}]'
}

@test "an unknown name is status 2 and names the nearest" {
	run --separate-stderr -2 nsk sockopts SO_RCVBUF SO_SNDBUFF
	assert_output ""
	assert_equal "$stderr" "nsk sockopts: SO_SNDBUFF: no such socket option here; did you mean SO_SNDBUF?"
	run -2 nsk sockopts --type unix TCP_NODELAY
	assert_output "nsk sockopts: TCP_NODELAY: no option of a Unix socket"
}

@test "every option that can be set takes what sockopts shows" {
	nsk sockopts --type tcp --json >table
	# -O checks values before it connects: refused connections are status 4, a bad value 2
	while read -r name kind value; do
		case $kind in name) value=lo ;; esac
		run nsk tcp-connect -O "$name=$value" --connect-timeout 5s 127.0.0.1 0 </dev/null
		assert_not_equal "$status" 2
	done < <(sed 's/},{/\n/g' table | grep -v 'read_only":true' |
		sed -n 's/.*"name":"\([^"]*\)","kind":"\([^"]*\)","default":"\{0,1\}\([^",]*\).*/\1 \2 \3/p' | grep -v null)
}
