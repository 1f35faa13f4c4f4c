#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The recipes of the README's chapter on datagrams, run as they stand there, where ports below 1024 are free.

# shellcheck disable=SC2016,SC2154 # single quotes are for an inner shell; bats sets status

load helpers

# The README's recipe that begins with **TITLE: its lines that are indented by four.
recipe() {
	awk -v title="**$1" 'index($0, title) == 1 { found = 1; next }
		found && /^    / { print substr($0, 5); shown = 1; next }
		found && shown && NF { exit }' "$ROOT/README.md"
}

# Runs SCRIPT on a machine without a network but lo, `nsk` being the nsk to be tested.
alone() {
	mkdir -p bin
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$NSK" >bin/nsk
	chmod +x bin/nsk
	unshare -Urn true 2>/dev/null || skip "no namespaces here"
	PATH=$PWD/bin:/usr/sbin:$PATH run timeout 60 unshare -Urn sh -c 'ip link set lo up; . "$1"' sh "$1" 3>&-
}

@test "recipe: a DNS query by hand, answered by dnsmasq" {
	needs proc # wait -u
	PATH=$PATH:/usr/sbin command -v dnsmasq >/dev/null || skip "no dnsmasq"
	{
		echo 'dnsmasq -d -C /dev/null --pid-file= --no-resolv --no-hosts --address=/example.org/192.0.2.7 >said 2>&1 & server=$!'
		echo 'nsk wait -u --max-time 20 53 || { cat said; exit 1; }'
		recipe "A DNS query by hand"
		echo 'kill $server'
	} >script
	alone ./script
	assert_success
	assert_line --index 0 --regexp '^id=4660 flags=[0-9]+ questions=1 answers=1 authorities=0 additional=0$'
	assert_line --index 1 192.0.2.7
	assert_equal "${#lines[@]}" 2
}

@test "recipe: what time is it, asked of chrony" {
	needs proc # wait -u
	PATH=$PATH:/usr/sbin command -v chronyd >/dev/null || skip "no chrony"
	printf '%s\n' 'local stratum 5' 'allow' 'cmdport 0' 'bindcmdaddress /' "pidfile $PWD/pid" >chrony.conf
	{
		echo 'chronyd -x -d -U -u root -f ./chrony.conf >said 2>&1 & server=$!'
		echo 'nsk wait -u --max-time 20 123 || { cat said; exit 1; }'
		recipe "What time is it?" | sed 's/^date /LC_ALL=C date +%s /'
		echo 'kill $server'
	} >script
	alone ./script
	assert_success
	difference=$(($(date +%s) - lines[-1]))
	[ "${difference#-}" -le 60 ]
}

@test "recipe: syslog and statsd, and what they get" {
	needs proc # wait -u
	{
		echo 'nsk udp-listen -L -W 1 514 >log & nsk udp-listen -L -W 1 8125 >stats & nsk wait -u --max-time 20 514 8125'
		recipe "syslog and statsd" | head -n 2
		echo 'wait; cat log stats'
	} >script
	assert_equal "$(recipe "syslog and statsd" | tail -n 1)" "nsk udp-listen -L 8125"
	alone ./script
	assert_success
	assert_output $'<13>backup: done\ndeploys:1|c'
}

@test "recipe: a chat" {
	needs proc # wait -u
	assert_equal "$(recipe "A chat")" $'nsk udp-listen :5000\nnsk udp-send -L receiver.example.org 5000'
	# without terminals: --talk and a pipe in their place
	cat >script <<-'END'
		mkfifo here there
		exec 8<>here 9<>there
		nsk udp-listen --talk -L :5000 <here >here.out 9<&- 8<&- & listener=$!
		nsk wait -u --max-time 20 5000
		nsk udp-send -L localhost 5000 <there >there.out 9<&- 8<&- & sender=$!
		echo "hello there" >&9
		until grep -q hello here.out; do sleep 0.02; done
		echo "hello yourself" >&8
		until grep -q yourself there.out; do sleep 0.02; done
		kill $listener $sender
		cat here.out there.out
	END
	alone ./script
	assert_output $'hello there\nhello yourself'
}

@test "recipe: mDNS" {
	needs proc # wait -u
	cat >both <<-END
		"\$OTHER" sh -c 'PATH=$PWD/bin:\$PATH; $(recipe "mDNS.") -W 1' >out 2>err 3>&- & listener=\$!
		"\$OTHER" "\$NSK" wait -u --max-time 20 224.0.0.251:5353
		"\$NSK" pack '!6H' 0 0 1 0 0 0 | "\$NSK" udp-send --interface left 224.0.0.251 5353
		wait "\$listener"
		cat out
	END
	mkdir -p bin
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$NSK" >bin/nsk
	chmod +x bin/nsk
	run timeout 60 "$ROOT/tests/net/two-machines" bash both 3>&-
	[ "$status" -ne 77 ] || skip "no namespaces here"
	assert_success
	assert_line --index 0 --partial "10.11.0.1:"
	assert_line --index 1 --regexp '^< 000000 0000 0000 0001 0000 0000 0000 '
}
