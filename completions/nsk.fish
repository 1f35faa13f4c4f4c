# SPDX-License-Identifier: GPL-3.0-or-later
#
# fish completion for nsk. Knows no command and no option: it asks `nsk --describe`.

# What the awk program $argv[1] makes of the rows, for the command $argv[2] and the option word $argv[3].
function __nsk_rows
    set -l typed (commandline -opc)
    command $typed[1] --describe 2>/dev/null | awk -F '\t' -v command="$argv[2]" -v word="$argv[3]" '
        function is_word() {
            return word == "--" $4 || ($3 != "-" && word ~ "^-[^-]*" $3 "$")
        }
        '$argv[1]
end

function __nsk_commands
    __nsk_rows '$1 == "command" { print $2 "\t" $3 }'
end

# How many operands $argv[2..] are, of the command $argv[1]: what options take is none.
function __nsk_operands
    set -l takes (__nsk_rows '$1 == "option" && $2 == command && $5 != "-" && $5 !~ /^--/ {
        if ($4 != "-") print "--" $4
        if ($3 != "-") print "-" $3
    }' $argv[1])
    set -l count 0
    set -l skips no
    for word in $argv[2..-1]
        if test $skips = yes
            set skips no
        else if contains -- (string replace -r -- '^-[^-]*(.)$' '-$1' $word) $takes
            set skips yes
        else if not string match -q -- '-*' $word
            set count (math $count + 1)
        end
    end
    echo $count
end

function __nsk_offers
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l name $words[2]
    set -l previous $words[-1]

    if test (count $words) -lt 2
        __nsk_commands
        printf '%s\n' --help --version
        return
    end
    # Behind "--" stands a program, if the command takes one.
    if contains -- -- $words
        test "$previous" = -- && __fish_complete_command || __fish_complete_path $current
        return
    end
    set -l prefix
    if string match -qr -- '^--[^=]+=' $current
        set previous (string replace -r -- '=.*' '' $current)
        set prefix $previous=
    end
    set -l takes (__nsk_rows '$1 == "option" && $2 == command && $5 != "-" && $5 !~ /^--/ && is_word() {
        print $7 == "choice" ? "choice " $5 : $7; exit
    }' $name $previous)
    if test -z "$takes"; and string match -q -- '-*' $current
        __nsk_rows '$1 == "option" && $2 == command {
            if ($4 != "-") print "--" $4 "\t" $6
            if ($3 != "-") print "-" $3 "\t" $6
        }' $name
        return
    end
    if test -z "$takes"
        set takes (__nsk_rows '$1 == "command" && $2 == command {
            if ($2 == "help") print "name"
            else if ($2 == "demo") print "lesson"
            else if ($2 == "with") print (word > 0 ? "nothing" : "server")
            else if ($2 == "sockopts") print "sockopt-name"
            else if ($2 == "getservbyname" || ($5 ~ /SERVICE/ && word > 0)) print "service"
            else if ($5 ~ /HOST.* PORT/ && word > 0) print (word > 1 ? "nothing" : "service")
            else print $5 ~ /HOST/ ? "host" : $5 ~ /PATH|FILE/ ? "file" : "nothing"
        }' $name (__nsk_operands $name $words[3..-1]))
    end
    switch "$takes"
        case 'choice *'
            printf "$prefix%s\n" (string split '|' (string replace 'choice ' '' -- $takes))
        case name
            __nsk_commands
            test -z "$current" || __nsk_rows '$1 == "api" { print $3 "\t" $6 } $1 == "sockopt" { print $2 "\t" $3 }'
        case server
            __nsk_rows '$1 == "option" && $4 == "ready-fd" { print $2 }'
        case lesson poller
            __nsk_rows '$1 == command { print $2 "\t" $3 }' $takes
        case sockopt
            __nsk_rows '$1 == "sockopt" { print $2 "=\t" $3 }'
        case sockopt-name
            __nsk_rows '$1 == "sockopt" { print $2 "\t" $3 }'
        case service
            string match -r '^[a-z][^\s#]*' </etc/services
        case host
            __fish_print_hostnames
        case file
            if test -n "$prefix"
                printf "$prefix%s\n" (__fish_complete_path (string replace -r -- '^[^=]*=' '' $current))
            else
                __fish_complete_path $current
            end
    end
end

complete -c nsk -f -a '(__nsk_offers)'
