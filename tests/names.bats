#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016 # recipes are for another shell
# All of section "Names and numbers" against Python on this machine, and the names that `nsk help` knows.

load helpers

need_python() {
	command -v python3 >/dev/null || skip "no python3 to compare with"
}

# A hosts file with names of all kinds: aliases, full names first and last, both families, an address twice.
write_hosts() {
	printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n127.0.1.1 %s\n' "$(uname -n)"
	for ((i = 1; i <= 30; i++)); do
		printf '192.0.2.%d host%d.example.org host%d\n' "$i" "$i" "$i"
		printf '2001:db8::%x six%d six%d.example.org alias-%d\n' "$i" "$i" "$i" "$i"
	done
	printf '198.51.100.1 both.example.org both\n198.51.100.2 both.example.org\n2001:db8:1::1 both.example.org\n'
}

@test "at least 2,000 answers and refusals, none different from Python's" {
	need_python
	needs_glibc "Python here asks glibc"
	needs hostent # aliases
	write_hosts >hosts
	export DNS_HOSTS=$PWD/hosts
	run "$ROOT/tests/dns/namespace" python3 "$ROOT/tests/names-differential.py" "$NSK" 3>&-
	if [ "$status" -eq 77 ]; then # no namespaces: this machine's own hosts
		run python3 "$ROOT/tests/names-differential.py" "$NSK" 3>&-
	fi
	assert_success
	assert_output --regexp '[0-9]+ answers and [0-9]+ refusals compared, 0 different$'
	read -r answers _ _ refusals _ <<<"${lines[-1]}"
	echo "# $answers answers, $refusals refusals" >&3
	[ $((answers + refusals)) -ge 2000 ]
}

@test "nsk help knows every public name of Python's four modules" {
	need_python
	nsk --describe | sed -n "s/^api\t//p" >table
	python3 - table >missing <<-'END'
		import select, socket, socketserver, struct, sys
		known = {}
		for line in open(sys.argv[1]):
		    module, name = line.split("\t")[:2]
		    known.setdefault(module, set()).add(name)
		def public(thing):
		    return {name for name in dir(thing) if not name.startswith("_")}
		def is_constant(name):
		    return name.isupper() or name.startswith(("AF_", "BT", "CAN_", "CMSG_", "EPOLL", "KQ_", "POLL"))
		imported = {"IntEnum", "IntFlag", "array", "errno", "io", "os", "selectors", "sys", "threading", "BufferedIOBase",
		            "time", "monotonic", "get_ident", "BytesIO", "StringIO"}
		wanted = {
		    "socket": public(socket) | public(socket.socket),
		    "select": public(select) | public(select.poll()) | (public(select.epoll) if hasattr(select, "epoll") else set()),
		    "struct": public(struct) | public(struct.Struct),
		    "socketserver": set(socketserver.__all__) | public(socketserver.TCPServer) | public(socketserver.UDPServer)
		                    | public(socketserver.StreamRequestHandler) | public(socketserver.ForkingMixIn),
		}
		for module, names in wanted.items():
		    for name in sorted(names - imported - known[module]):
		        if not is_constant(name):
		            print(module, name)
	END
	run cat missing
	assert_output ""
}

@test "nsk help NAME says which command or repl call it is" {
	run -0 nsk help recvfrom
	assert_line --index 0 --partial "recvfrom (socket): "
	assert_line --partial "nsk udp-listen PORT"
	run -0 nsk help TCPServer
	assert_line --partial "nsk tcp-serve"
	run -0 nsk help socket.socket.bind
	assert_line --index 0 --partial "bind (socket): "
	run -0 nsk help socketserver.shutdown
	assert_equal "$(grep -c '^shutdown' <<<"$output")" 1
	run -0 nsk help shutdown
	assert_equal "$(grep -c '^shutdown' <<<"$output")" 2
	run -0 nsk help inet_pton
	assert_line --partial "nsk pton"
}

@test "nsk help NAME knows the constants: their value, and where they are used" {
	local name

	need_python
	for name in SO_REUSEADDR TCP_NODELAY MSG_PEEK POLLIN EAGAIN ECONNREFUSED INADDR_ANY SHUT_WR AF_INET6 SOCK_DGRAM IPPROTO_UDP; do
		run -0 nsk help "$name"
		value=$(python3 -c "import socket, select, errno
for module in socket, select, errno:
    if hasattr(module, '$name'): print(int(getattr(module, '$name'))); break")
		assert_line --regexp "^$name \(.*\): $value(,|\$)"
	done
	run -0 nsk help SO_REUSEADDR
	assert_line --regexp '^  command +nsk sockopts SO_REUSEADDR$'
	assert_line --regexp '^  option +nsk tcp-serve -O SO_REUSEADDR=1 PORT$'
	assert_line --regexp '^  in nsk repl +setsockopt SOCKET SOL_SOCKET SO_REUSEADDR 1$'
	run -0 nsk help SO_TYPE # can only be read
	refute_output --partial " -O "
	assert_line --regexp '^  in nsk repl +getsockopt SOCKET SOL_SOCKET SO_TYPE$'
	run -0 nsk help socket.MSG_PEEK
	assert_line --regexp '^  in nsk repl +recv SOCKET SIZE MSG_PEEK$'
	if nsk help TCP_INFO >/dev/null; then # as can this one, a structure
		run -0 nsk help TCP_INFO
		assert_line --partial 'only to be read'
		assert_line '  in nsk repl  getsockopt SOCKET LEVEL TCP_INFO 256'
		run -0 nsk repl -c 's = socket; x = getsockopt s IPPROTO_TCP TCP_INFO 256; len x'
	fi
	run -0 nsk help MSG_NOSIGNAL
	assert_line --regexp '^  in nsk repl +send SOCKET DATA MSG_NOSIGNAL$'
	run -0 nsk help ECONNREFUSED
	assert_line --index 0 --partial "connection refused"
}

@test "nsk help NAME knows what Python's socket and select have for TCP, UDP and Unix sockets, with the same values" {
	need_python
	needs sock_kernel # Linux's names
	# the rest is other families' own
	python3 -c "import re, select, socket
other = re.compile('CAN|TIPC|ALG_|_ALG|J1939|VM|VSOCK|NETLINK|PACKET|RDS|UDPLITE_|[AP]F_|RTHDR_TYPE|IPPORT_USER|RECVRETOPTS')
for module in socket, select:
    for name in vars(module):
        if name.isupper() and isinstance(getattr(module, name), int) and not other.search(name):
            print(name, int(getattr(module, name)))" >wanted
	assert [ "$(wc -l <wanted)" -gt 150 ]
	while read -r name value; do
		nsk help "$name" | sed -nE 's/^([A-Z0-9_]+) \(.*\): (-?[0-9]+)(,.*)?$/\1 \2/p' | head -n 1
	done <wanted >known
	assert_equal "$(glibc_or_musl "$(diff wanted known)" "$(diff <(grep -v '^EAI_' wanted) <(grep -v '^EAI_' known) | grep -v '^<')")" ""
	run -0 nsk repl -c 's = socket AF_INET SOCK_DGRAM
		s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, b"\xe0\0\0\xfb\x7f\0\0\1")
		try getaddrinfo nosuch.invalid 80; expect EAI_NONAME'
}

@test "nsk help: a name that is unknown is told in the same words, whatever is near" {
	local name near

	while IFS='|' read -r name near; do
		run -2 nsk help "$name"
		assert_output "nsk help: neither a command nor a name of the socket API: '$name'; $near"
	done <<-'EOT'
		tcp-serv|did you mean tcp-serve?
		recvform|did you mean recvfrom?
		SO_REUSEADR|did you mean SO_REUSEADDR?
		writev|did you mean write?
		fcntl|'nsk help' lists the commands
		zzzzzzzzzzzz|'nsk help' lists the commands
	EOT
}

@test "nsk help is case-sensitive and names what is near" {
	run -2 nsk help TCPSERVER
	run -2 nsk help recvform
	assert_output "nsk help: neither a command nor a name of the socket API: 'recvform'; did you mean recvfrom?"
	run -2 nsk help tcp-serv
	assert_output "nsk help: neither a command nor a name of the socket API: 'tcp-serv'; did you mean tcp-serve?"
}

@test "every row of the names' table names its module and one sentence" {
	nsk --describe | sed -n "s/^api\t//p" >table
	assert_file_not_empty table
	run awk -F '\t' 'NF != 5 || $5 ~ /\.$/ || $1 !~ /^(C|socket|select|struct|socketserver)$/' table
	assert_output ""
	run -0 sh -c 'cut -f 1,2 table | sort | uniq -d'
	assert_output ""
}

@test "recipe: is this word an address" {
	for word in 127.0.0.1 ::1; do
		run -0 sh -c '"$NSK" pton "$0" >/dev/null 2>&1 || echo "$0 is no address"' "$word"
		assert_output ""
	done
	run -0 sh -c '"$NSK" pton "$0" >/dev/null 2>&1 || echo "$0 is no address"' 127.0.0.256
	assert_output "127.0.0.256 is no address"
}

@test "recipe: the usual spelling of an address" {
	run -0 sh -c '"$NSK" pton 2001:DB8:0::1 | "$NSK" ntop -'
	assert_output 2001:db8::1
}

@test "recipe: addresses sorted as numbers" {
	printf '10.0.0.10\n9.9.9.9\n10.0.0.9\n192.0.2.1\n' >addresses
	run -0 sh -c '"$NSK" pton - <addresses | paste - addresses | sort | cut -f 2'
	assert_output $'9.9.9.9\n10.0.0.9\n10.0.0.10\n192.0.2.1'
}

@test "recipe: the addresses out of the JSON" {
	command -v jq >/dev/null || skip "no jq"
	run -0 sh -c '"$NSK" resolve --json 127.0.0.1 80 | jq -r ".[].address"'
	assert_output 127.0.0.1
}

@test "the README's table of Python's names is that of tools/python-table" {
	grep -q '^<!-- BEGIN PYTHON' "$ROOT/README.md" || skip "the README has no such table"
	"$ROOT/tools/python-table" >wanted
	sed '1,/^<!-- BEGIN PYTHON/d; /^<!-- END PYTHON/,$d' "$ROOT/README.md" | diff wanted -
}

@test "what nsk help NAME shows can be run: its operands are there, its pollers too" {
	nsk --describe | awk -F '\t' '$1 == "api" && $4 ~ /^nsk / { print $4 }' | sort -u >lines
	assert_file_not_empty lines
	run grep -E "^nsk (tcp|udp)-" lines
	assert_success
	run awk '/^nsk (tcp|udp)-/ { sub(/ (-- |<).*/, ""); if (!/(PORT|PORT.| 0)( |$)/) print }
		/^nsk unix-/ && !/ PATH( |$)/' lines
	assert_output ""
	run grep -e "--poller kqueue" lines
	assert_failure 1
}
