#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The datagram engine: every mechanism and poller, many senders, floods, other machines, other programs.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts in quotes, variables of bats

load helpers

export SERVER_COMMAND=udp-listen

sizes="0 1 1472 8192 16385 65507"

# What a sender sends: ROUNDS times one of each size, each with its number within, so that order shows.
write_plan() {
	cat >plan.py <<-'END'
		import sys
		rounds, sizes = int(sys.argv[1]), [int(size) for size in sys.argv[2:]]
		def datagram(sender, number, size):
		    head = b"%d/%d/" % (sender, number)
		    return (head + bytes(range(256)) * 300)[:size]
		def plan(sender):
		    return [datagram(sender, round * len(sizes) + at, size) for round in range(rounds) for at, size in enumerate(sizes)]
	END
}

@test "three senders at once: every size arrives whole, in order for each, attributed" {
	write_plan
	cat >senders.py <<-'END'
		import plan, socket, sys, threading
		port, = [int(open("port").read())]
		sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
		pace = threading.Barrier(3)
		def run(sender):
		    for data in plan.plan(sender):
		        pace.wait() # all at once, and not more than a buffer holds
		        sockets[sender].sendto(data, ("127.0.0.1", port))
		for s in sockets:
		    s.bind(("127.0.0.1", 0))
		threads = [threading.Thread(target=run, args=(sender,)) for sender in range(3)]
		for t in threads: t.start()
		for t in threads: t.join()
		print(*(s.getsockname()[1] for s in sockets))
	END
	cat >judge.py <<-'END'
		import json, plan
		ports = [int(port) for port in open("ports").read().split()]
		got = {port: [] for port in ports}
		for line in open("out"):
		    datagram = json.loads(line)
		    assert not datagram["truncated"] and datagram["length"] * 2 == len(datagram["hex"])
		    got[datagram["port"]].append(bytes.fromhex(datagram["hex"]))
		for sender, port in enumerate(ports):
		    assert got[port] == plan.plan(sender), (sender, [len(data) for data in got[port]])
	END
	for mechanism in plain mmsg; do
		for poller in $(pollers); do
			echo "# $mechanism, $poller"
			rm -f port
			# shellcheck disable=SC2086
			NSK_DATAGRAM=$mechanism "$NSK" udp-listen --poller "$poller" --json -W 54 --max-time 30 --port-file port 0 >out 3>&- &
			pid=$!
			background_pids+=("$pid")
			until_true test -s port
			# shellcheck disable=SC2086
			python3 senders.py 3 $sizes >ports
			wait_bounded "$pid"
			assert_equal "$STATUS_OF_PID" 0
			# shellcheck disable=SC2086
			python3 judge.py 3 $sizes
		done
	done
}

# Sends with MECHANISM to a Python receiver what it is to get exactly: OPTIONS... <file
check_sender() {
	local mechanism=$1 count=$2
	shift 2

	rm -f port got
	python3 -c 'import os, pickle, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
s.bind(("127.0.0.1", 0)); s.settimeout(10)
open("port.new", "w").write(str(s.getsockname()[1])); os.rename("port.new", "port")
got = [s.recv(70000) for _ in range(int(sys.argv[1]))]
pickle.dump(got, open("got", "wb"))' "$count" 3>&- &
	local pid=$!
	background_pids+=("$pid")
	until_true test -s port
	NSK_DATAGRAM=$mechanism nsk udp-send "$@" ":$(cat port)"
	wait_bounded "$pid"
	assert_equal "$STATUS_OF_PID" 0
}

@test "every way of sending keeps the boundaries: equal pieces, mixed lines, empty ones" {
	head -c 100001 /dev/urandom >data
	python3 -c 'import random
random.seed(5)
lines = []
for _ in range(60):
    lines += [b"x" * random.choice([0, 1, 7, 100])] * random.randrange(1, 9)
open("lines", "wb").write(b"\n".join(lines) + b"\n")
open("count", "w").write(str(len(lines)))'
	for mechanism in plain mmsg segment; do
		echo "# $mechanism"
		check_sender "$mechanism" 101 --size 1000 <data
		python3 -c 'import pickle
data = open("data", "rb").read()
assert pickle.load(open("got", "rb")) == [data[at:at + 1000] for at in range(0, len(data), 1000)]'
		check_sender "$mechanism" "$(cat count)" -L <lines
		python3 -c 'import pickle
assert pickle.load(open("got", "rb")) == open("lines", "rb").read().split(b"\n")[:-1]'
		check_sender "$mechanism" 2 --size 65507 < <(head -c 131014 /dev/zero)
		python3 -c 'import pickle
assert [len(data) for data in pickle.load(open("got", "rb"))] == [65507, 65507]'
	done
}

@test "every way of receiving keeps the boundaries of what comes joined" {
	seq 1000 1999 >lines
	for mechanism in plain mmsg gro ''; do
		echo "# $mechanism"
		NSK_DATAGRAM=$mechanism serve_start -L -W 1000 0
		# equal ones leave as one, and arrive so where the kernel joins
		NSK_DATAGRAM='' nsk udp-send -L "127.0.0.1:$SERVER_PORT" <lines
		server_wait
		assert_equal "$SERVER_STATUS" 0
		cmp lines "$SERVER_STDOUT"
	done
}

@test "--buffer holds for datagrams that come joined" {
	serve_start -L --buffer 3 -W 100 0
	seq 1000 1099 | nsk udp-send -L "127.0.0.1:$SERVER_PORT"
	server_wait
	assert_equal "$SERVER_STATUS" 1
	seq 1000 1099 | cut -c 1-3 | cmp - "$SERVER_STDOUT"
	run cat "$SERVER_STDERR"
	! has recv_trunc || assert_line --index 0 --partial "a datagram of 4 bytes was truncated to 3"
	assert_line --index 1 --partial "100 datagrams were truncated to 3 bytes"
}

@test "a flood of 100,000: what is not taken is told, to the last one" {
	for options in "-v -L" "--json"; do
		# shellcheck disable=SC2086
		serve_start -O SO_RCVBUF=4096 --idle-timeout 1 $options 0
		seq 100000 199999 | nsk udp-send -L "127.0.0.1:$SERVER_PORT"
		server_wait
		assert_equal "$SERVER_STATUS" 124
		if [ "$options" = --json ]; then
			nsk udp-send "127.0.0.1:$SERVER_PORT" late 2>/dev/null || true
			run python3 -c 'import json, sys
all = [json.loads(line) for line in open(sys.argv[1])]
assert all and len(all) + sum(datagram["dropped"] for datagram in all) <= 100000
last = int(all[-1]["text"]) # those behind it are told by nobody
assert len(all) + sum(datagram["dropped"] for datagram in all) == last - 100000 + 1, last' "$SERVER_STDOUT"
			assert_success
		else
			dropped=$(sed -n 's/.*: \([0-9]*\) datagrams were dropped by the kernel$/\1/p' "$SERVER_STDERR" | tail -n 1)
			[ "${dropped:-0}" -gt 0 ] || skip "this machine drops nothing"
			assert_equal "$(($(wc -l <"$SERVER_STDOUT") + dropped))" 100000
			grep -q "received $(wc -l <"$SERVER_STDOUT") datagrams" "$SERVER_STDERR"
		fi
	done
}

@test "100,000 echoes of one sender, as fast as it goes: none altered, in order" {
	serve_start --echo 0
	seq 100000 >sent
	nsk udp-send -L -w 500ms "127.0.0.1:$SERVER_PORT" <sent >got
	[ "$(wc -l <got)" -gt 1000 ] # UDP may lose some
	sort -n -c got
	run comm -13 <(sort sent) <(sort got)
	assert_output ""
}

@test "Python's UDPServer and UnixDatagramServer answer" {
	cat >server.py <<-'END'
		import os, socketserver, sys
		class Handler(socketserver.BaseRequestHandler):
		    def handle(self):
		        data, s = self.request
		        s.sendto(data.upper(), self.client_address)
		if sys.argv[1] == "udp":
		    server = socketserver.UDPServer(("127.0.0.1", 0), Handler)
		    text = "%s:%d" % server.server_address
		else:
		    server = socketserver.UnixDatagramServer("./python", Handler)
		    text = "./python"
		open("ready.new", "w").write(text)
		os.rename("ready.new", "ready." + sys.argv[1])
		server.serve_forever()
	END
	for kind in udp unix; do
		python3 server.py "$kind" 3>&- &
		background_pids+=($!)
		until_true test -s "ready.$kind"
		run nsk "$kind-send" -r 2 "$(cat "ready.$kind")" one two
		assert_success
		assert_output ONETWO
	done
}

@test "Python's clients are served by --echo" {
	serve_start --echo 0
	run python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(10)
for size in 0, 1, 1472, 65507:
    data = b"u" * size
    s.sendto(data, ("127.0.0.1", int(sys.argv[1])))
    assert s.recvfrom(70000)[0] == data' "$SERVER_PORT"
	assert_success
	SERVER_COMMAND=unix-listen serve_start --echo --buffer 1M ./s
	run python3 -c 'import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.settimeout(10)
s.bind("./client")
for size in 0, 1, 1472, 65507, 150000:
    data = b"u" * size
    s.sendto(data, "./s")
    assert s.recvfrom(200000)[0] == data'
	assert_success
}

@test "nc, ncat and socat send to udp-listen, and take from udp-send" {
	for peer in nc.openbsd ncat socat; do
		command -v "$peer" >/dev/null || continue
		serve_start -W 1 0
		case $peer in
		nc.openbsd) printf hello | timeout 10 nc.openbsd -u -w 1 127.0.0.1 "$SERVER_PORT" ;;
		ncat) printf hello | timeout 10 ncat -u --send-only 127.0.0.1 "$SERVER_PORT" ;;
		socat) printf hello | timeout 10 socat - "UDP:127.0.0.1:$SERVER_PORT" ;;
		esac
		server_wait
		assert_equal "$peer $(cat "$SERVER_STDOUT")" "$peer hello"
	done
}

@test "two machines: multicast over IPv4 and IPv6, and broadcast" {
	needs multicast sock_kernel # interfaces by name
	cat >both <<-'END'
		set -u
		listen() {
		    rm -f ready; mkfifo ready
		    timeout 20 "$OTHER" "$NSK" udp-listen -L -W 1 --ready-fd 9 "$@" 9>ready >out 2>err </dev/null 3>&- &
		    pid=$!
		    read -r address <ready
		    port=${address##*:}
		}
		heard() {
		    wait "$pid" && [ "$(cat out)" = "$1" ] || { echo "not heard: $1"; cat err; exit 1; }
		}
		listen --join 239.1.2.3%right 0
		"$NSK" udp-send --interface left 239.1.2.3 "$port" "to a group" && heard "to a group"
		listen --join 239.1.2.3 :0 # the system's choice of interface, and all addresses
		"$NSK" udp-send 239.1.2.3 "$port" "to a group" && heard "to a group"
		listen --join ff05::1234%right 0
		"$NSK" udp-send --interface left ff05::1234 "$port" "to six" && heard "to six"
		listen --join ff02::fb%right 0
		"$NSK" udp-send ff02::fb%left "$port" "to the link" && heard "to the link"
		listen --join ff02::fb 0
		"$NSK" udp-send ff02::fb%left "$port" "to any link" && heard "to any link"
		# of two groups, the one that is not joined is not heard
		listen --join 239.1.2.3%right 0
		"$OTHER" timeout 20 "$NSK" udp-listen --join 239.1.2.4%right --max-time 20 0 >/dev/null 2>&1 3>&- &
		other=$!
		"$NSK" udp-send 239.1.2.4 "$port" "to others" && "$NSK" udp-send 239.1.2.3 "$port" "to us" && heard "to us"
		kill "$other"
		listen 0.0.0.0:0
		"$NSK" udp-send -b 10.11.0.255 "$port" "to all" && heard "to all"
		listen 0.0.0.0:0
		"$NSK" udp-send -b --interface left 255.255.255.255 "$port" "to everybody" && heard "to everybody"
		listen '[::]:0'
		"$NSK" udp-send "[fd11::2]:$port" "over six" && heard "over six"
		# a wildcard answers from the address that was asked
		listen -W 1 --echo :0
		[ "$("$NSK" udp-send --connected -r 1 10.11.0.2 "$port" same)" = same ] || exit 1
		wait "$pid"
	END
	run "$ROOT/tests/net/two-machines" bash both
	[ "$status" -ne 77 ] || skip "no namespaces here"
	assert_success
	assert_output ""
}

@test "two machines: --no-loopback, --ttl, and a datagram larger than the link" {
	needs multicast # interfaces by name
	cat >both <<-'END'
		set -u
		# on this machine too somebody listens
		"$NSK" udp-listen -L --join 239.1.2.3%left --port-file port 0 >here 2>/dev/null 3>&- &
		here=$!
		until [ -s port ]; do sleep 0.02; done
		port=$(cat port)
		"$OTHER" "$NSK" udp-listen --json -W 3 --join 239.1.2.3%right --port-file port2 "$port" >there 2>err 3>&- &
		there=$!
		until [ -s port2 ]; do sleep 0.02; done
		"$NSK" udp-send --no-loopback 239.1.2.3 "$port" hidden
		"$NSK" udp-send 239.1.2.3 "$port" seen
		head -c 65507 /dev/zero | "$NSK" udp-send 239.1.2.3 "$port"
		wait "$there" || exit 1
		until grep -q seen here; do sleep 0.02; done
		! grep -q hidden here || { echo "it came back"; exit 1; }
		grep -q hidden there && grep -q '"length":65507,' there || exit 1
		kill "$here"
		# pieces that the kernel cannot cut for this link go one by one
		"$OTHER" "$NSK" udp-listen -L -W 20 --port-file port3 0.0.0.0:0 >pieces 2>err 3>&- &
		pieces=$!
		until [ -s port3 ]; do sleep 0.02; done
		head -c 80000 /dev/zero | tr '\0' x | "$NSK" udp-send --size 4000 10.11.0.2 "$(cat port3)"
		wait "$pieces" || exit 1
		[ "$(awk '{ print length }' pieces | sort -u)" = 4000 ] || exit 1
		for hops in 7 9; do
		    "$OTHER" python3 -c 'import os, socket, struct
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", 0)); s.settimeout(10)
		s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.1.2.3") + socket.inet_aton("10.11.0.2"))
		s.setsockopt(socket.IPPROTO_IP, 12, 1) # IP_RECVTTL
		open("port4.new", "w").write(str(s.getsockname()[1])); os.rename("port4.new", "port4")
		print(struct.unpack("i", s.recvmsg(100, 100)[1][0][2])[0])' >hops 3>&- &
		    python=$!
		    until [ -s port4 ]; do sleep 0.02; done
		    [ "$hops" = 7 ] && to=239.1.2.3 || to=10.11.0.2
		    "$NSK" udp-send --ttl "$hops" "$to" "$(cat port4)" x
		    wait "$python"; rm port4
		    [ "$(cat hops)" = "$hops" ] || { echo "hops: $(cat hops), not $hops"; exit 1; }
		done
	END
	run "$ROOT/tests/net/two-machines" bash both
	[ "$status" -ne 77 ] || skip "no namespaces here"
	assert_success
	assert_output ""
}

@test "--trace shows what is sent and received, --explain says what it means" {
	serve_start --echo --trace 0
	run --separate-stderr nsk udp-send --trace -r 1 "127.0.0.1:$SERVER_PORT" one
	assert_success
	assert_output one
	run printf '%s\n' "$stderr"
	assert_line --partial "sendmsg(3, {name 127.0.0.1:$SERVER_PORT, data [\"one\"]}, 0) = 3"
	if has mmsg; then
		assert_line --regexp "recvmmsg\(3, \[127\.0\.0\.1:$SERVER_PORT \"one\"\], 16\) = 1"
	else
		assert_line --partial "recvmsg(3, {name 127.0.0.1:$SERVER_PORT, data [\"one\"]}, MSG_DONTWAIT) = 3"
	fi
	refute_output --regexp '(epoll_wait|poll|select)\('
	run --separate-stderr nsk udp-send --explain -r 2 "127.0.0.1:$SERVER_PORT" one three
	assert_line --index 0 onethree
	run printf '%s\n' "$stderr"
	assert_line --partial "A new socket for UDP"
	! has mmsg || assert_line --partial "many with one call"
	run cat "$SERVER_STDERR"
	assert_line --partial "bind("
	assert_line --partial '"one"'
	run nsk socketpair --trace true -- true
	assert_line --partial "socketpair(AF_UNIX, SOCK_STREAM, 0, ["
	serve_start 0
	run --separate-stderr nsk udp-send --trace --trace -w 50ms "127.0.0.1:$SERVER_PORT" x
	run printf '%s\n' "$stderr"
	assert_line --regexp '(epoll_wait|poll)\('
}
