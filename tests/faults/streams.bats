#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The longer part of what a session survives: all seeds, all engines, all points of the sweep, real peers, faults that
# need a namespace. The quick part is tests/relay.bats. Each figure is printed, also when it is as wanted.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317 # scripts in quotes, variables of bats, cases called by name

load ../helpers
load ../stream_helpers

setup_file() {
	cc -shared -fPIC -O2 -o "$BATS_FILE_TMPDIR/shim.so" "$BATS_TEST_DIRNAME/shim.c" -ldl
	head -c 6000000 /dev/urandom >"$BATS_FILE_TMPDIR/six"
	head -c 50000 /dev/urandom >"$BATS_FILE_TMPDIR/some"
}

setup() {
	common_setup
	SIX=$BATS_FILE_TMPDIR/six
	SOME=$BATS_FILE_TMPDIR/some
}

# tool NAME ARGS...: a tool of this folder, bounded; its last line is shown.
tool() {
	local name=$1

	shift
	run timeout -k 5 900 "$PYTHON" -B "$BATS_TEST_DIRNAME/$name" "$@"
	echo "# $name $*: ${lines[-1]}" >&3
	assert_success
}

# Runs BASH-SCRIPT with ARGS in new namespaces (of KINDS, unshare's options), loopback up.
in_namespace() {
	local kinds=$1 script=$2

	shift 2
	[ "$(id -u)" = 0 ] || kinds+=' -Ur'
	# shellcheck disable=SC2086
	unshare $kinds bash -euc "$script" bash "$@" 3>&-
}

@test "twenty-four deliveries, on each poller, with each pump" {
	each_engine tool deliveries
}

@test "R12: all pairs of endings, on each poller, with each pump" {
	each_engine tool endings
}

@test "R19: every system call fails once" {
	tool sweep
	assert_output --regexp ' fine, 0 silent, 0 mute, 0 half, 0 hung, 0 crash'
}

@test "R20: every allocation of every command fails, once and from then on" {
	tool allocations
	assert_output --regexp ' fine, 0 silent, 0 mute, 0 hung, 0 crash'
}

@test "R44 and outcomes with real peers" {
	tool peers
}

@test "R16, R17: 30 seeds" {
	local seed engine
	local -a engines

	mapfile -t engines < <(for poller in $(pollers); do pumps | sed "s,^,$poller/,"; done)

	for ((seed = 1; seed <= 30; seed++)); do
		engine=${engines[seed % ${#engines[@]}]}
		export NSK_POLLER=${engine%/*} NSK_PUMP=${engine#*/}
		for faults in SHIM_EINTR=0 "SHIM_EINTR=1 SHIM_EAGAIN=1"; do
			echo "# seed $seed, $engine, $faults"
			rm -f report
			peer_listen "sendfile=$SOME" fin recv
			# shellcheck disable=SC2086 # words
			env $faults LD_PRELOAD="$BATS_FILE_TMPDIR/shim.so" SHIM_REPORT="$PWD/report" SHIM_SEED=$seed SHIM_SHORT=200 \
				timeout -s KILL 60 "$NSK" tcp-connect 127.0.0.1 "$PEER_PORT" <"$SOME" >out 3>&-
			cmp out "$SOME"
			peer_wait
			cmp peer.out "$SOME"
			awk '{ exit $2 < 500 }' report
		done
	done
	grep -q 'eintr [1-9][0-9]* eagain [1-9]' report
}

@test "R18: 1,000 SIGWINCH a second and SIGSTOP/SIGCONT" {
	case_disturbed() {
		tool bulk --size 96 --disturb
	}
	each_engine case_disturbed
}

@test "4 GiB: equal checksum, under 8 MiB resident" {
	tool bulk --size "${BULK_MIB:-4096}" --resident 8192
}

@test "R10: 20 of 20 runs intact, both ways and in the one-way modes" {
	local number mode

	for ((number = 1; number <= 20; number++)); do
		for mode in "" --send-only; do
			# shellcheck disable=SC2086
			serve_start $mode 0 <"$SIX"
			peer_connect "$SERVER_PORT" "sendfile=$SIX" recv fin
			server_wait
			assert_equal "$number, $mode: $SERVER_STATUS" "$number, $mode: 0"
			peer_wait
			cmp peer.out "$SIX"
			[ "$mode" = --send-only ] || cmp "$SERVER_STDOUT" "$SIX"
		done
		serve_start -d 0 <"$SIX"
		peer_connect "$SERVER_PORT" "sendfile=$SIX" fin recv
		server_wait
		assert_equal "$number, -d: $SERVER_STATUS" "$number, -d: 0"
		cmp "$SERVER_STDOUT" "$SIX"
		peer_wait
	done
}

@test "R02: the disk is full in mid-file" {
	case_full() {
		peer_listen "sendfile=$SIX" recv
		in_namespace -m '
			mkdir -p small
			mount -t tmpfs -o size=1m tmpfs small
			status=0
			timeout -s KILL 20 "$NSK" tcp-connect 127.0.0.1 "$1" </dev/null >small/out 2>err || status=$?
			echo "$status" >status
			cmp -n "$(stat -c %s small/out)" small/out "$2"
			stat -c %s small/out >size
		' "$PEER_PORT" "$SIX"
		assert_equal "$(<status)" 1
		assert_regex "$(<err)" '^nsk tcp-connect: .*: no space left on device'
		(($(<size) > 900000))
	}
	each_engine case_full
}

@test "R07: the socket is killed on this machine" {
	case_killed() {
		peer_listen send=hello recv
		session_start tcp-connect 127.0.0.1 "$PEER_PORT"
		until_true grep -q hello out
		ss -K dst 127.0.0.1 dport = "$PEER_PORT" >killed
		if ! grep -q "$PEER_PORT" killed; then
			skip "this kernel cannot kill sockets (CONFIG_INET_DIAG_DESTROY)"
		fi
		session_wait 5
		assert_equal "$SESSION_STATUS" 1
		assert_regex "$(<err)" "nsk tcp-connect: 127.0.0.1:$PEER_PORT: .+"
	}
	command -v ss >/dev/null || fail "ss is not installed (iproute2)"
	each_engine case_killed
}

# In a network namespace where a closed connection is forgotten after 1 s: elsewhere Linux answers keepalive probes
# for it during 60 s.
@test "R11: a peer that closed altogether is found out though stdin stays open" {
	case_gone() {
		in_namespace -n '
			ip link set lo up
			echo 1 >/proc/sys/net/ipv4/tcp_fin_timeout
			"$1" -B "$ROOT/tests/peer" listen port send=hello close >peer.out 2>peer.log </dev/null &
			for ((i = 0; i < 500; i++)); do [ ! -s port ] || break; sleep 0.02; done
			mkfifo stdin
			sleep 25 >stdin &
			holder=$!
			status=0
			timeout -s KILL 20 "$NSK" tcp-connect 127.0.0.1 "$(<port)" <stdin >out 2>err || status=$?
			kill "$holder"
			echo "$status" >status
		' "$PYTHON"
		assert_equal "$(<status)" 0
		assert_equal "$(<err)" ""
		assert_equal "$(<out)" hello
	}
	each_engine case_gone
}

# SCRIPT in a network namespace with a peer (ACTION...) on $port; `drop` cuts the line.
behind_firewall() {
	local script=$1

	shift
	# shellcheck disable=SC2016
	in_namespace -n '
		python=$1 script=$2
		shift 2
		ip link set lo up
		"$python" -B "$ROOT/tests/peer" listen port "$@" >peer.out 2>peer.log </dev/null &
		for ((i = 0; i < 500; i++)); do [ ! -s port ] || break; sleep 0.02; done
		port=$(<port)
		drop() {
			nft add table ip t
			nft "add chain ip t out { type filter hook output priority 0; }"
			nft "add rule ip t out tcp dport $port drop"
			nft "add rule ip t out tcp sport $port drop"
		}
		status=0
		eval "$script"
		echo "$status" >status
	' "$PYTHON" "$script" "$@"
}

@test "R13: a black hole" {
	case_hole() {
		# shellcheck disable=SC2016
		behind_firewall '
			drop
			timeout -s KILL 20 "$NSK" tcp-connect -w 1 127.0.0.1 "$port" </dev/null 2>err || status=$?
		' sleep=3
		assert_equal "$(<status)" 124
		assert_regex "$(<err)" '^nsk tcp-connect: 127\.0\.0\.1:[0-9]+: .+'
	}
	command -v nft >/dev/null || fail "nft is not installed (nftables)"
	each_engine case_hole
}

@test "R14: a black hole in mid-stream" {
	case_hole() {
		# shellcheck disable=SC2016
		behind_firewall '
			timeout -s KILL 20 "$NSK" tcp-connect --idle-timeout 1 127.0.0.1 "$port" </dev/zero >out 2>err &
			nsk=$!
			for ((i = 0; i < 500; i++)); do ! grep -q "received" peer.log || break; sleep 0.02; done
			drop
			wait "$nsk" || status=$?
		' recv=1000000 recv
		assert_equal "$(<status)" 124
		assert_regex "$(<err)" '^nsk tcp-connect: 127\.0\.0\.1:[0-9]+: .+'
	}
	case_unacknowledged() {
		# shellcheck disable=SC2016
		behind_firewall '
			mkfifo stdin
			timeout -s KILL 20 "$NSK" tcp-connect -q 1 127.0.0.1 "$port" <stdin >out 2>err &
			nsk=$!
			exec 8>stdin
			echo hello >&8
			for ((i = 0; i < 500; i++)); do ! grep -q "received" peer.log || break; sleep 0.02; done
			drop
			echo lost >&8
			exec 8>&-
			wait "$nsk" || status=$?
		' recv=6 recv
		assert_equal "$(<status)" 1
		assert_regex "$(<err)" '5 bytes'
	}
	command -v nft >/dev/null || fail "nft is not installed (nftables)"
	each_engine case_hole
	each_engine case_unacknowledged
}

@test "the quick benchmark runs, and every checksum is right" {
	run timeout -k 5 300 "$PYTHON" -B "$ROOT/tests/bench/streams" --size 16 --runs 1 --programs "nsk,limit" --folder "$BATS_TEST_TMPDIR"
	assert_success
	assert_line --index 0 --partial 'all equal'
}
