#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# resolve: against tests/dns/server.py in a namespace of its own (see there for the names), and what it refuses.

load helpers

# `in_dns ARGS...` is `nsk ARGS...` where the fake name server answers.
in_dns() {
	timeout --foreground -s KILL 60 "$ROOT/tests/dns/namespace" "$NSK" "$@" 3>&-
}

need_dns() {
	command -v python3 >/dev/null || skip "no python3"
	local status=0
	"$ROOT/tests/dns/namespace" true 3>&- || status=$?
	[ "$status" -ne 77 ] || skip "no namespaces here, or no ip and mount"
}

# Nothing but printable ASCII and newlines in what `run` kept.
assert_harmless() {
	if LC_ALL=C grep -q '[^ -~]' <<<"$output$stderr"; then
		cat -v <<<"$output$stderr"
		return 1
	fi
}

@test "each address once, in getaddrinfo's order" {
	need_dns
	run --separate-stderr in_dns resolve good.test
	assert_success
	assert_equal "$(sort <<<"$output")" $'192.0.2.1\n2001:db8::1'
	assert_equal "$stderr" ""
}

@test "-4 and -6 ask for one family" {
	need_dns
	run -0 in_dns resolve -4 good.test
	assert_output 192.0.2.1
	run -0 in_dns resolve -6 good.test
	assert_output 2001:db8::1
	run --separate-stderr -3 in_dns resolve -6 four.test
	assert_output ""
	assert_equal "$stderr" "nsk resolve: four.test: $(glibc_or_musl "no address associated with hostname (EAI_NODATA)" "name does not resolve (EAI_NONAME)")"
}

@test "a service gives each address its port" {
	need_dns
	run -0 in_dns resolve good.test http
	assert_line 192.0.2.1:80
	assert_line '[2001:db8::1]:80'
	run -0 in_dns resolve -4 good.test 8080
	assert_output 192.0.2.1:8080
}

@test "28 addresses are 28 lines" {
	needs_glibc "no more than a datagram of 512 bytes holds (before 1.2.4)"
	need_dns
	run -0 in_dns resolve many.test
	assert_equal "${#lines[@]}" 28
	assert_line 192.0.2.28
}

@test "no such name: status 3, the reason and the code" {
	need_dns
	run --separate-stderr -3 in_dns resolve missing.test
	assert_output ""
	assert_equal "$stderr" "nsk resolve: missing.test: $(glibc_or_musl "name or service not known" "name does not resolve") (EAI_NONAME)"
	run --separate-stderr -3 in_dns resolve nodata.test
	assert_equal "$stderr" "nsk resolve: nodata.test: $(glibc_or_musl "no address associated with hostname (EAI_NODATA)" "name does not resolve (EAI_NONAME)")"
}

@test "SERVFAIL: status 3 and EAI_AGAIN" {
	need_dns
	run --separate-stderr -3 in_dns resolve broken.test
	assert_output ""
	assert_equal "$stderr" "nsk resolve: broken.test: $(glibc_or_musl "temporary failure in name resolution" "try again") (EAI_AGAIN)"
}

@test "no answer: --timeout ends the look-up, status 124 within half a second of it" {
	need_dns
	# timed from inside, so that making the namespace does not count
	cat >timed <<-'END'
		began=$EPOCHREALTIME
		"$@"
		status=$?
		ended=$EPOCHREALTIME
		echo "$(((${ended/./} - ${began/./}) / 1000))"
		exit "$status"
	END
	for command in "resolve" "getaddrinfo" "gethostbyname" "gethostbyname_ex" "gethostbyaddr" "getfqdn"; do
		run --separate-stderr -124 "$ROOT/tests/dns/namespace" bash "$PWD/timed" "$NSK" "$command" --timeout 1s silent.test
		assert_equal "$stderr" "nsk $command: silent.test: the name was not resolved in time"
		[ "$output" -ge 1000 ] && [ "$output" -le 3000 ]
	done
}

@test "both families are asked at once: one delay, not two" {
	need_dns
	export DNS_LOG=$PWD/log
	# the server takes 1.5 s for each answer
	run --separate-stderr -0 in_dns resolve -w 2800ms slow.test
	assert_equal "$(sort <<<"$output")" $'192.0.2.5\n2001:db8::5'
	run -0 sort log
	assert_output $'A slow.test\nAAAA slow.test'
}

@test "--canonical prints the name behind an alias" {
	need_dns
	run -0 in_dns resolve --canonical alias.test
	assert_output good.test
}

@test "-r prints the name of an address; one without a name is status 3" {
	need_dns
	run -0 in_dns resolve -r 192.0.2.1
	assert_output good.test
	run --separate-stderr -3 in_dns resolve -r 192.0.2.200
	assert_equal "$stderr" "nsk resolve: 192.0.2.200: $(glibc_or_musl "name or service not known" "name does not resolve") (EAI_NONAME)"
}

@test "--json: an object for each address" {
	need_dns
	run -0 in_dns resolve --json -4 good.test 80
	assert_output '[{"family":"AF_INET","type":"SOCK_STREAM","proto":"tcp","canonname":"","address":"192.0.2.1","port":80}]'
	run -0 in_dns resolve --json -6 --type dgram --canonical alias.test domain
	assert_output '[{"family":"AF_INET6","type":"SOCK_DGRAM","proto":"udp","canonname":"good.test","address":"2001:db8::1","port":53}]'
	run -0 in_dns resolve --json -r 192.0.2.1
	assert_output '[{"family":"AF_INET","type":"SOCK_STREAM","proto":"tcp","canonname":"good.test","address":"192.0.2.1","port":0}]'
}

@test "hostile names from DNS are dropped or escaped" {
	need_dns
	for number in 66 67 68 69; do
		run --separate-stderr in_dns resolve -r "192.0.2.$number"
		assert_harmless
		# shellcheck disable=SC2016
		refute_output --partial '$('
		refute_output --regexp '^-'
		run --separate-stderr in_dns gethostbyaddr "192.0.2.$number"
		assert_harmless
	done
	run --separate-stderr in_dns resolve --canonical hostile.test
	assert_harmless
	run --separate-stderr in_dns resolve --json --canonical hostile.test
	assert_harmless
}

@test "hostile names from a hosts file are escaped" {
	need_dns
	# shellcheck disable=SC2016
	printf '192.0.2.77 \033[31mred\n192.0.2.78 $(reboot)`id`;x\n192.0.2.79 -rf --\n192.0.2.80 \xc2\x9b31m\n' >hosts
	export DNS_HOSTS=$PWD/hosts
	run --separate-stderr -0 in_dns resolve -r 192.0.2.77
	assert_output '\x1b\x5b31mred'
	run -0 in_dns gethostbyaddr 192.0.2.78
	assert_line --index 0 '\x24\x28reboot\x29\x60id\x60\x3bx'
	run -0 in_dns gethostbyaddr 192.0.2.79
	assert_equal "${lines[0]}" '\x2drf'
	run -0 in_dns getnameinfo 192.0.2.80 80
	assert_output '\xc2\x9b31m http'
	run -0 in_dns getfqdn 192.0.2.77
	assert_output '\x1b\x5b31mred'
	run -0 in_dns resolve --json -r 192.0.2.77
	assert_output --partial '"canonname":"\\x1b\\x5b31mred"'
}

@test "- reads hosts from stdin, one a line, and stops at the first that is unknown" {
	need_dns
	run --separate-stderr -0 in_dns resolve -4 - <<<$'good.test\nfour.test'
	assert_output $'192.0.2.1\n192.0.2.4'
	run --separate-stderr -3 in_dns resolve -4 - <<<$'good.test\nmissing.test\nfour.test'
	assert_output 192.0.2.1
}

@test "numbers need no name server" {
	run -0 nsk resolve 127.0.0.1
	assert_output 127.0.0.1
	run -0 nsk resolve ::1 80
	assert_output '[::1]:80'
	run -0 nsk resolve 127.1
	assert_output 127.0.0.1
	run -0 nsk resolve fe80::1%lo
	assert_output fe80::1%lo
}

@test "--type asks for one kind of socket" {
	run -0 nsk resolve --json --type raw 127.0.0.1
	assert_output --partial '"type":"SOCK_RAW","proto":"ip"'
	run -2 nsk resolve --type tcp 127.0.0.1
	assert_output "nsk resolve: --type 'tcp': not one of stream|dgram|raw"
}

@test "a malformed service is status 2, an unknown one 3" {
	for service in 65536 99999 -- -1 ' 80' '+80' '80 ' 0x50 ''; do
		[ "$service" != -- ] || continue
		run -2 nsk resolve -- 127.0.0.1 "$service"
		assert_output "nsk resolve: '$service': not a port (0 to 65535, or a service name)"
	done
	run -3 nsk resolve 127.0.0.1 nosuch
	assert_output "nsk resolve: nosuch: no such service (EAI_SERVICE)"
}

@test "-r wants an address, alone" {
	run -3 nsk resolve -r localhost
	assert_output "nsk resolve: localhost: not an address (EAI_NONAME)"
	run -3 nsk resolve -r -6 127.0.0.1
	assert_output "nsk resolve: 127.0.0.1: not an address of IPv6 ($(glibc_or_musl EAI_ADDRFAMILY EAI_NONAME))"
	run -2 nsk resolve -r 127.0.0.1 80
	assert_output "nsk resolve: extra operand '80': --reverse takes an address alone"
	run -2 nsk resolve -r --canonical 127.0.0.1
	assert_output "nsk resolve: --reverse and --canonical: one of them"
}

@test "operands: none and three are status 2" {
	run -2 nsk resolve
	run -2 nsk resolve a b c
	run -2 nsk resolve -w soon localhost
}

@test "an empty name is shown in quotes" {
	run -3 nsk resolve ''
	assert_output --partial "nsk resolve: '': "
	run -3 nsk resolve -r ''
	assert_output "nsk resolve: '': not an address (EAI_NONAME)"
	run -3 nsk getnameinfo '' 80
	assert_output "nsk getnameinfo: '': not an address (EAI_NONAME)"
}

@test "a name of 100,000 bytes is refused in one line" {
	run -3 nsk resolve "$(head -c 100000 /dev/zero | tr '\0' a)"
	assert_equal "${#lines[@]}" 1
	assert_output --partial "(EAI_"
}

@test "a full disk is status 1" {
	[ -e /dev/full ] || skip "no /dev/full"
	for command in "resolve 127.0.0.1" "resolve --json 127.0.0.1" "getaddrinfo 127.0.0.1" "gethostname" "pton 127.0.0.1" \
		"sockopts" "htons 80" "getservbyname http"; do
		# shellcheck disable=SC2086
		run -1 --separate-stderr bash -c "exec \"\$@\" >/dev/full" - "$NSK" $command
		assert_equal "$stderr" "nsk ${command%% *}: standard output: no space left on device"
	done
}
