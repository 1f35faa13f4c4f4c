#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What bash, zsh and fish really offer, each shell being asked for it. First with made-up rows, one of each
# kind (completions/rows), then with nsk's own.

load helpers

setup() {
	common_setup
	mkdir bin
	cp "$ROOT/tests/completions/rows" bin/nsk
	export PATH=$BATS_TEST_TMPDIR/bin:$PATH
	: >letter.txt
}

# The words that SHELL offers for LINE, one a line, sorted. fish's descriptions are cut off.
offers() {
	case $1 in
	fish) fish --no-config -c "source $ROOT/completions/nsk.fish; complete -C'$2'" | cut -f 1 | sort -u ;;
	*) "$ROOT/tests/completions/$1-offers" "$2" ;;
	esac 3>&-
}

# Each shell but those named in EXCEPT offers exactly WORDS for LINE.
assert_offers() {
	local line=$1 shell
	shift

	for shell in bash zsh fish; do
		case " ${EXCEPT:-} " in
		*" $shell "*) continue ;;
		esac
		run offers "$shell" "$line"
		assert_success
		assert_equal "$shell: ${output//$'\n'/ }" "$shell: $*"
	done
}

@test "the commands are offered first" {
	assert_offers 'nsk ' --help --version dial help print
	assert_offers 'nsk di' dial
}

@test "long options are offered for their command" {
	assert_offers 'nsk dial --' --exec --help --input --on-end --sockopt --source --timeout --verbose
	assert_offers 'nsk dial --s' --sockopt --source
	assert_offers 'nsk dial host --s' --sockopt --source
	assert_offers 'nsk print --' --help
}

@test "an option with a letter alone is offered" {
	run offers bash 'nsk dial -'
	assert_line -- -N
	run offers zsh 'nsk dial -'
	assert_line -- -N
	run offers fish 'nsk dial -'
	assert_line -- -N
}

@test "choices are offered, behind a blank and behind =" {
	assert_offers 'nsk dial --on-end ' return stay stop
	assert_offers 'nsk dial --on-end st' stay stop
	EXCEPT=fish assert_offers 'nsk dial --on-end=st' stay stop
	EXCEPT="bash zsh" assert_offers 'nsk dial --on-end=st' --on-end=stay --on-end=stop
}

@test "files are offered where an option takes one" {
	assert_offers 'nsk dial --input let' letter.txt
	EXCEPT=fish assert_offers 'nsk dial --input=let' letter.txt
	EXCEPT="bash zsh" assert_offers 'nsk dial --input=let' --input=letter.txt
}

@test "files are offered where an operand is one" {
	assert_offers 'nsk print let' letter.txt
}

@test "hosts are offered where an operand is one" {
	local shell

	for shell in bash zsh; do # fish leaves localhost out
		run offers "$shell" 'nsk dial local'
		assert_line localhost
		run offers "$shell" 'nsk dial --source local'
		assert_line localhost
	done
}

@test "socket options are offered by name, for a cluster of letters too" {
	EXCEPT=zsh assert_offers 'nsk dial -O ' SO_RCVBUF= TCP_NODELAY=
	EXCEPT=zsh assert_offers 'nsk dial -vO T' TCP_NODELAY=
	EXCEPT="bash fish" assert_offers 'nsk dial -vO T' TCP_NODELAY # and = as a suffix
}

@test "nothing is offered for a duration" {
	assert_offers 'nsk dial -w '
	assert_offers 'nsk dial --timeout '
}

@test "programs are offered behind --" {
	local shell

	for shell in bash zsh fish; do
		run offers "$shell" 'nsk dial --exec -- sha256su'
		assert_line --partial sha256sum
	done
}

@test "help completes with commands" {
	assert_offers 'nsk help ' dial help print
	assert_offers 'nsk help p' print
}

@test "an nsk that cannot be asked offers nothing and says nothing" {
	printf '#!/bin/sh\nexit 1\n' >bin/nsk
	EXCEPT=zsh assert_offers 'nsk dial --'
	EXCEPT=fish assert_offers 'nsk dial x'
}

@test "every command of nsk itself is offered, with every long option" {
	[[ $NSK != */asan/* ]] || skip "three shells for each command: what they ask nsk for is in cli.bats"
	local shell name
	local -a lines=()

	printf '#!/bin/sh\nexec "%s" "$@"\n' "$NSK" >bin/nsk
	nsk --describe >rows
	awk -F '\t' '$1 == "command" { print $2 } END { print "--help\n--version" }' rows | sort >wanted
	for shell in bash zsh fish; do
		offers "$shell" 'nsk ' | diff wanted - || fail "$shell: other commands"
	done
	while read -r name; do
		lines+=("nsk $name --")
		echo "# nsk $name --"
		awk -F '\t' -v name="$name" '$1 == "option" && $2 == name && $4 != "-" { print "--" $4 }' rows | sort
	done < <(awk -F '\t' '$1 == "command" { print $2 }' rows) >wanted
	[ "${#lines[@]}" -gt 30 ]
	for shell in bash fish; do
		for name in "${lines[@]}"; do
			echo "# $name"
			offers "$shell" "$name"
		done | diff wanted - || fail "$shell: other options"
	done
	"$ROOT/tests/completions/zsh-offers" "${lines[@]}" 3>&- | diff wanted - || fail "zsh: other options"
}

@test "hosts, services and socket options are offered where an operand is one" {
	local shell

	printf '#!/bin/sh\nexec "%s" "$@"\n' "$NSK" >bin/nsk
	for shell in bash zsh fish; do
		run offers "$shell" 'nsk sockopts TCP_NODE'
		assert_output TCP_NODELAY
		run offers "$shell" 'nsk getservbyname doma'
		assert_line --regexp '^domain(-s)?$'
		run offers "$shell" 'nsk resolve -4 localhost doma'
		assert_line domain
		run offers "$shell" 'nsk tcp-connect -O TCP_NODE'
		assert_line --regexp '^TCP_NODELAY=?$'
	done
	for shell in bash zsh; do
		run offers "$shell" 'nsk resolve local'
		assert_line localhost
	done
}

@test "lessons, names, pollers, servers and ports are offered where they stand" {
	local shell

	printf '#!/bin/sh\nexec "%s" "$@"\n' "$NSK" >bin/nsk
	assert_offers 'nsk demo tcp-f' tcp-flow
	assert_offers 'nsk help kq' kqueue
	assert_offers 'nsk help TCP_NODEL' TCP_NODELAY
	assert_offers 'nsk tcp-serve --poller po' poll
	assert_offers 'nsk with tcp-' tcp-serve
	for shell in bash zsh fish; do
		run offers "$shell" 'nsk demo '
		assert_equal "${#lines[@]}" 15
		run offers "$shell" 'nsk tcp-connect localhost doma'
		assert_line domain
		run offers "$shell" 'nsk udp-send -w 3 --ttl 3 localhost doma'
		assert_line domain
		run offers "$shell" 'nsk udp-send localhost 53 doma'
		refute_output --partial domain
	done
	for shell in bash zsh; do # what an option takes is no operand
		run offers "$shell" 'nsk tcp-connect -w 3 local'
		assert_line localhost
	done
}
