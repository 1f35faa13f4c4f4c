# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2016
#
# bash completion for nsk. Knows no command and no option: it asks `nsk --describe`.

# Prints what the awk program $2 makes of the rows $1, for the command $3 and the option word $4.
_nsk_rows()
{
	awk -F '\t' -v command="${3:-}" -v word="${4:-}" '
		# Is word this row'\''s option: --name, -x, or a cluster that ends with x?
		function is_word() {
			return word == "--" $4 || ($3 != "-" && word ~ "^-[^-]*" $3 "$")
		}
		'"$2" <<<"$1"
}

# Prints how many operands $3... are, of the command $2: what options take is none.
_nsk_operands()
{
	local rows=$1 command=$2 IFS=$'\037'
	shift 2

	_nsk_rows "$rows" '
		$1 == "option" && $2 == command && $5 != "-" && $5 !~ /^--/ {
			if ($4 != "-") takes["--" $4]
			if ($3 != "-") letters = letters $3
		}
		END {
			total = split(word, list, "\037")
			for (i = 1; i <= total; i++) {
				if (list[i] in takes && list[i + 1] == "=")
					i += 2
				else if (list[i] in takes || list[i] ~ /^-[^-]/ && index(letters, substr(list[i], length(list[i]))))
					i++
				else if (list[i] !~ /^-/)
					count++
			}
			print count + 0
		}' "$command" "$*"
}

_nsk()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
	local rows takes words operands index

	COMPREPLY=()
	rows=$("${COMP_WORDS[0]/#\~/$HOME}" --describe 2>/dev/null) || return
	if ((COMP_CWORD == 1)); then
		words=$(_nsk_rows "$rows" '$1 == "command" { print $2 }')
		mapfile -t COMPREPLY < <(compgen -W "$words --help --version" -- "$current")
		return
	fi

	# "--name=" comes in three words.
	if [[ $current == = ]]; then
		current=
	elif [[ $previous == = ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi

	# Behind "--" stands a program, if the command takes one.
	for ((index = 2; index < COMP_CWORD; index++)); do
		if [[ ${COMP_WORDS[index]} == -- ]]; then
			if ((index + 1 == COMP_CWORD)); then
				mapfile -t COMPREPLY < <(compgen -c -- "$current")
			else
				mapfile -t COMPREPLY < <(compgen -f -- "$current")
			fi
			return
		fi
	done

	takes=$(_nsk_rows "$rows" '$1 == "option" && $2 == command && $5 != "-" && $5 !~ /^--/ && is_word() {
		print $7 == "choice" ? "choice " $5 : $7; exit
	}' "$command" "$previous")
	if [[ -z $takes && $current == -* ]]; then
		words=$(_nsk_rows "$rows" '$1 == "option" && $2 == command {
			if ($4 != "-") print "--" $4; else print "-" $3
		}' "$command")
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
		return
	fi
	if [[ -z $takes ]]; then
		operands=$(_nsk_operands "$rows" "$command" "${COMP_WORDS[@]:2:COMP_CWORD-2}")
		takes=$(_nsk_rows "$rows" '$1 == "command" && $2 == command {
			if ($2 == "help") print "name"
			else if ($2 == "demo") print "lesson"
			else if ($2 == "with") print (word > 0 ? "nothing" : "server")
			else if ($2 == "sockopts") print "sockopt-name"
			else if ($2 == "getservbyname" || ($5 ~ /SERVICE/ && word > 0)) print "service"
			else if ($5 ~ /HOST.* PORT/ && word > 0) print (word > 1 ? "nothing" : "service")
			else print $5 ~ /HOST/ ? "host" : $5 ~ /PATH|FILE/ ? "file" : "nothing"
		}' "$command" "$operands")
	fi
	case $takes in
	choice*) words=${takes#choice } words=${words//|/ } ;;
	name)
		words=$(_nsk_rows "$rows" '$1 == "command" { print $2 }')
		[[ -z $current ]] || words+=$(_nsk_rows "$rows" '$1 == "api" { print "\n" $3 } $1 == "sockopt" { print "\n" $2 }')
		;;
	server) words=$(_nsk_rows "$rows" '$1 == "option" && $4 == "ready-fd" { print $2 }') ;;
	lesson | poller) words=$(_nsk_rows "$rows" '$1 == command { print $2 }' "$takes") ;;
	sockopt) words=$(_nsk_rows "$rows" '$1 == "sockopt" { print $2 "=" }') ;;
	sockopt-name) words=$(_nsk_rows "$rows" '$1 == "sockopt" { print $2 }') ;;
	service)
		mapfile -t COMPREPLY < <(compgen -A service -- "$current")
		return
		;;
	host)
		mapfile -t COMPREPLY < <(compgen -A hostname -- "$current")
		return
		;;
	file)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	*) return ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace 2>/dev/null
	fi
}

complete -F _nsk nsk
