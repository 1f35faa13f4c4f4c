# nsk: build, test, install. GNU make, one file.
#
#   make              the program: build/release/nsk
#   make demo         install what is missing, build, move 256 MiB over loopback, compare
#   make check        install what the tests need, build, run every test on the release build and again under
#                     ASan and UBSan; last line "N passed, N failed"
#   make test         the tests on one build, nothing installed; TESTS='tests/a.bats ...' picks files,
#                     FILTER=regex picks cases
#   make unit         the C unit tests alone
#   make lint         gcc, clang, clang-tidy, cppcheck, -fanalyzer, shellcheck, mandoc: silent or red
#   make bench        every benchmark, joined in build/bench.json; make bench-NAME: one (tests/bench/NAME)
#   make faults       every fault that nsk is to survive, item by item; PEERS=1: the other tools of the family beside it
#   make soak         long transfers over bad lines, crowds of clients: some minutes; SOAK=--full: the sizes of a release
#   make mutants      take out one defence at a time: a test must go red
#   make fuzz         every tests/fuzz/fuzz_NAME.c for FUZZ_SECONDS each (or FUZZ_RUNS inputs), inputs of FUZZ_LENGTH
#                     bytes at most; make fuzz-NAME: one; make fuzzers only builds them, for the smoke in make check
#   make generate     write the generated parts of the man pages anew
#   make install      to DESTDIR/PREFIX (default /usr/local); make uninstall takes it away again
#   make coverage     lines and branches reached by the tests, by file
#   make clean
#
# Other builds, each with a folder of its own; for all, units, test, check, install, lint-gcc and lint-clang:
#   make PORTABLE=1   nothing but POSIX: build/PROFILE-portable
#   make READLINE=no  no line is edited: build/PROFILE-noreadline; READLINE=libedit: in nsk repl, by libedit, which
#                     is also taken where readline is not there
#   make static       linked with musl, nothing to load (Debian's musl-tools): build/static; make test STATIC=1
#
# PROFILE=release|debug|asan|coverage live side by side under build/.
# V=1 shows the commands. DEPS=no installs nothing. CFLAGS and LDFLAGS of yours come last.

PROFILE ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
DEPS    ?= yes

ifeq ($(STATIC),1)
CC      := musl-gcc
BUILD   := build/static$(patsubst %,-%,$(filter-out release,$(PROFILE)))
else
VARIANT := $(if $(filter 1,$(PORTABLE)),-portable)$(READLINE:%=-%$(if $(filter no,$(READLINE)),readline))
BUILD   := build/$(PROFILE)$(VARIANT)
endif
VERSION := 0.1.0

ifneq ($(V),1)
Q := @
say = @printf '  %-8s %s\n' '$(1)' '$(2)';
endif

# ---- flags -------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wformat=2 -Wundef
HARDEN   := -fPIE -fstack-protector-strong -fstack-clash-protection

flags_release  := -O2 -fdata-sections -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 $(HARDEN)
flags_debug    := -O0 -g3 $(HARDEN)
flags_asan     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
flags_coverage := -O0 -g --coverage -DNSK_COVERAGE
flags_fuzz     := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
link_release   := -pie -Wl,-z,relro,-z,now
link_debug     := -pie
link_asan      := -fsanitize=address,undefined
link_coverage  := --coverage -Wl,--wrap=raise,--wrap=_exit,--wrap=interrupt_raise tools/coverage-ends.c
link_fuzz      := -fsanitize=fuzzer,address,undefined

ifeq ($(flags_$(PROFILE)),)
$(error PROFILE is release, debug, asan or coverage)
endif

ifeq ($(STATIC),1)
WARNINGS        += -Wno-sign-conversion # musl's own macros have them: FD_SET, CMSG_NXTHDR
link_$(PROFILE) := -static $(filter-out -pie,$(link_$(PROFILE)))
endif

ALL_CFLAGS  = -std=c11 -Isrc -I$(BUILD) $(WARNINGS) $(flags_$(PROFILE)) -DNSK_VERSION='"$(VERSION)"' $(CFLAGS)
ALL_LDFLAGS = $(link_$(PROFILE)) $(LDFLAGS)
LIBS        = -pthread

# ---- what the machine has: build/PROFILE/probes.mk and config.h, made once, and again when something was installed ----

-include $(BUILD)/probes.mk
$(BUILD)/probes.mk: tools/probe.sh $(wildcard tools/probes/*.c) $(wildcard build/installed)
	$(call say,PROBE,$@)CC='$(CC)' PORTABLE='$(PORTABLE)' STATIC='$(STATIC)' READLINE='$(READLINE)' tools/probe.sh $(BUILD)

# ---- sources: a file per mechanism, chosen here ---------------------------------------------------

# Where the machine has FEATURE: src/$(with_FEATURE).c, else src/$(without_FEATURE).c.
FEATURES := fopencookie epoll splice sock_diag proc readline libedit mmsg udp_segment udp_gro errqueue datagram_about multicast sock_flags \
            sock_kernel ppoll hostent recv_trunc
with_fopencookie       := view/screen
without_fopencookie    := view/screen_plain
with_epoll             := core/poller_epoll core/sock_epoll
with_splice            := core/pump_splice
without_splice         := core/pump_splice_none
with_sock_diag         := core/listening_diag
with_proc              := core/listening_proc core/tcp_table core/reopen
without_proc           := core/tcp_table_none core/reopen_none
with_readline          := view/readline view/editor_readline view/typing view/keys
without_readline       := view/typing_none
with_libedit           := view/readline view/editor_readline view/keys
with_mmsg              := core/datagram_mmsg core/sock_mmsg
with_udp_segment       := core/datagram_segment
with_udp_gro           := core/datagram_gro
with_errqueue          := core/datagram_errqueue
without_errqueue       := core/datagram_errqueue_none
with_datagram_about    := core/datagram_about
without_datagram_about := core/datagram_about_none
with_multicast         := core/multicast_group
without_multicast      := core/multicast_group_plain
with_sock_flags        := core/sock_flags
without_sock_flags     := core/sock_flags_plain
with_sock_kernel       := core/sock_kernel
without_sock_kernel    := core/sock_kernel_plain
with_ppoll             := core/signal_poll
without_ppoll          := core/signal_poll_plain
with_recv_trunc        := core/packet
without_recv_trunc     := core/packet_plain
with_hostent           := core/netdb_hostent
without_hostent        := core/netdb_hostent_plain

MECHANISMS := $(foreach feature,$(FEATURES),$(with_$(feature)) $(without_$(feature)))
CHOSEN     := $(foreach feature,$(FEATURES),$(if $(filter $(feature),$(HAVE)),$(with_$(feature)),$(without_$(feature))))
SOURCES    := $(filter-out $(MECHANISMS:%=src/%.c),$(wildcard src/*.c src/*/*.c)) $(CHOSEN:%=src/%.c)

# The lessons of nsk demo, in the order of its list, are part of the program.
LESSONS := tcp-flow udp-flow close-vs-shutdown blocking select demux byte-order alignment backlog reset partial-send \
           boundaries time-wait nagle udp-loss

# What every stream command needs lies together: fewer pages to touch at each start. No large buffer is static there.
NEAR    := $(filter src/main.c src/cli/%.c src/core/%.c src/stream/%.c src/view/color.c,$(SOURCES))
OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(NEAR) $(filter-out $(NEAR),$(SOURCES))) $(BUILD)/lessons.o
LIBRARY := $(filter-out $(BUILD)/src/main.o,$(OBJECTS))

, := ,

SUBMAKE = +@$(MAKE) --no-print-directory
# What only compiles takes every processor, unless a -j of yours says how many.
AT_ONCE = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))

.DEFAULT_GOAL := all
.PHONY: all static
all: $(BUILD)/nsk

static:
	$(SUBMAKE) $(AT_ONCE) STATIC=1 all

$(BUILD)/nsk: $(OBJECTS)
	$(call say,LINK,$@)$(CC) $(ALL_LDFLAGS) -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/%.o: %.c $(BUILD)/probes.mk $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/lessons.c: tools/embed-lessons $(LESSONS:%=demos/%)
	@mkdir -p $(@D)
	$(call say,LESSONS,$@)tools/embed-lessons $(LESSONS:%=demos/%) >$@.new && mv $@.new $@

$(BUILD)/lessons.o: $(BUILD)/lessons.c $(BUILD)/flags
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Other flags than last time: everything is made anew.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(CC) $(subst ','\'',$(ALL_CFLAGS) $(ALL_LDFLAGS))' >$@.new
	@if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi
.PHONY: FORCE
FORCE:

# ---- tests: a program per tests/unit/*.c, a .bats file per command --------------------------------

UNITS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*.c))
.PHONY: units unit test check faults mutants soak demo
units: $(UNITS)

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,UNIT,$@)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(LIBS)

unit: units
	@tests/run --units $(BUILD)

test: all $(if $(TESTS)$(FILTER),,units)
	@tests/run $(BUILD)

faults: all deps-faults
	@NSK='$(CURDIR)/$(BUILD)/nsk' tests/faults/score $(if $(PEERS),--peers) $(FAULTS)

soak: all deps-check
	@NSK='$(CURDIR)/$(BUILD)/nsk' tests/soak/soak $(SOAK)

mutants: deps-build deps-check
	@tests/faults/mutants $(MUTANTS)

check: deps-build deps-check
	-@DEPS='$(DEPS)' tools/deps.sh fuzz
	$(SUBMAKE) $(AT_ONCE) PROFILE=release all units
	$(SUBMAKE) $(AT_ONCE) PROFILE=asan all units
	-$(SUBMAKE) fuzzers
	@tests/run build/release$(VARIANT) build/asan$(VARIANT)

demo: deps-build
	$(SUBMAKE) $(AT_ONCE) PROFILE=release all
	@NSK=build/release$(VARIANT)/nsk tools/demo

deps-%:
	@mkdir -p build
	@DEPS='$(DEPS)' INSTALLED=build/installed tools/deps.sh $*

# ---- benchmarks and fuzzing ----------------------------------------------------------------------

.PHONY: bench fuzz fuzzers
BENCHES := streams connections idle datagrams packing resolve startup growth
bench:
	$(SUBMAKE) $(BENCHES:%=bench-%)
	@tests/bench/bench.py $(BENCHES)
bench-%: all deps-bench
	@NSK='$(CURDIR)/$(BUILD)/nsk' tests/bench/$*

FUZZ_SECONDS ?= 60
FUZZ_RUNS    ?= -1
FUZZ_LENGTH  ?= 512
# short stacks of who allocated, and less that is kept back when freed: twice as fast
FUZZ_ASAN    := malloc_context_size=2:quarantine_size_mb=16
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz: $(FUZZ_TARGETS:fuzz_%=fuzz-%)
fuzzers:
	$(SUBMAKE) $(AT_ONCE) PROFILE=fuzz CC=clang $(FUZZ_TARGETS:%=build/fuzz/%)
fuzz-%:
	$(SUBMAKE) PROFILE=fuzz CC=clang build/fuzz/fuzz_$*
	@mkdir -p build/fuzz/corpus/$*
	@echo '  FUZZ     $* for $(FUZZ_SECONDS) s'
	@ASAN_OPTIONS=$(FUZZ_ASAN) build/fuzz/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -runs=$(FUZZ_RUNS) -max_len=$(FUZZ_LENGTH) \
		-timeout=10 -artifact_prefix=build/fuzz/$*- \
		build/fuzz/corpus/$* $(wildcard tests/fuzz/corpus/$*) >build/fuzz/$*.log 2>&1 || \
		{ cat build/fuzz/$*.log; exit 1; }

# The relay runs on a kernel of its own: these calls of the library go there.
KERNEL_CALLS := recv send read write splice fstat fcntl ioctl poll open close pipe2 shutdown getsockopt setsockopt \
                getsockname $(addprefix deadline_,now after passed poll_timeout) \
                $(addprefix __sanitizer_cov_trace_,cmp1 cmp4 cmp8 const_cmp1 const_cmp4 const_cmp8)
build/fuzz/fuzz_relay: tests/fuzz/kernel.c tests/fuzz/kernel.h
build/fuzz/fuzz_relay: private LDFLAGS += $(KERNEL_CALLS:%=-Wl,--wrap=%) tests/fuzz/kernel.c

# So do those that ask the kernel for its tables.
TABLE_CALLS := $(addprefix sock_,socket sendto recv close) fopen stat realpath
build/fuzz/fuzz_tables: private LDFLAGS += $(TABLE_CALLS:%=-Wl,--wrap=%)
# And a message, which is looked at.
build/fuzz/fuzz_words: private LDFLAGS += -Wl,--wrap=write,--wrap=nearest_find
# And the calls of the repl, of which most ask the kernel.
build/fuzz/fuzz_calls: private LDFLAGS += -Wl,--wrap=call_find,--wrap=nearest_find
# And what several streams are merged into, and when.
MERGE_CALLS := $(addprefix end_,open release write is_gone) poller_set $(addprefix deadline_,now after passed)
build/fuzz/fuzz_merge: private LDFLAGS += $(MERGE_CALLS:%=-Wl,--wrap=%)

build/fuzz/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/require.h $(LIBRARY)
	$(call say,FUZZ,$@)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(LIBS)

# ---- lint: each part is silent or red -------------------------------------------------------------

LINT_C     := $(wildcard src/*.c src/*/*.c tests/unit/*.c)
LINT_SHELL  = $(shell git grep -lE '^.!.*(/|env )(bash|sh|bats)$$|^. shellcheck shell=' -- ':!*.md')
LINTS      := lint-gcc lint-clang lint-analyzer lint-tidy lint-cppcheck lint-shell lint-man lint-options
LINT_FLAGS  = -std=c11 -Isrc -Itests/unit -I$(BUILD) -DNSK_VERSION=__FILE__
quietly     = said=$$($(1) 2>&1) || { printf '%s\n' "$$said"; exit 1; }
.PHONY: lint $(LINTS)

lint: deps-build deps-lint
	$(SUBMAKE) -k $(LINTS)

lint-gcc lint-clang lint-analyzer:
	+@$(call quietly,$(MAKE) -s $(AT_ONCE) BUILD=build/$@$(VARIANT) $(LINT_BUILD) all units)
lint-gcc:      LINT_BUILD = CC=gcc CFLAGS=-Werror
lint-clang:    LINT_BUILD = CC=clang CFLAGS=-Werror
lint-analyzer: LINT_BUILD = CC=gcc PROFILE=debug CFLAGS='-Werror -fanalyzer'
lint-tidy: $(BUILD)/probes.mk
	@$(call quietly,echo $(LINT_C) | xargs -n 6 -P 2 sh -c 'clang-tidy --quiet "$$@" -- $(LINT_FLAGS)' sh)
lint-cppcheck: $(BUILD)/probes.mk
	@$(call quietly,cppcheck --std=c11 --quiet -j 2 --error-exitcode=1 --enable=warning$(,)performance$(,)portability \
		--inline-suppr --suppress=missingIncludeSystem --suppress=internalAstError $(filter-out -std=c11,$(LINT_FLAGS)) $(LINT_C))
lint-shell:
	@$(call quietly,shellcheck -x $(LINT_SHELL))
lint-man:
	@! printf '%s\n' man/*.1 | xargs -n 1 mandoc -Tlint 2>&1 | grep -Ev 'referenced manual not found|outdated mandoc.db'
lint-options: all
	@NSK=$(BUILD)/nsk tools/man-options --check $(wildcard man/*.1)

# ---- install, and the rest ------------------------------------------------------------------------

TO         = $(DESTDIR)$(PREFIX)
MAN        = $(TO)/share/man/man1
BASH       = $(TO)/share/bash-completion/completions
ZSH        = $(TO)/share/zsh/site-functions
FISH       = $(TO)/share/fish/vendor_completions.d
DOC        = $(TO)/share/doc/nsk
PAGES     := $(wildcard man/*.1)
PAGE_LINKS := $(shell find man -name '*.1' -type l)
.PHONY: generate install uninstall coverage clean

install: all
	install -d '$(TO)/bin' '$(MAN)' '$(BASH)' '$(ZSH)' '$(FISH)' '$(DOC)'
	install -m 755 $(BUILD)/nsk '$(TO)/bin/nsk'
	install -m 644 $(filter-out $(PAGE_LINKS),$(PAGES)) '$(MAN)'
	cp -P $(PAGE_LINKS) '$(MAN)'
	install -m 644 completions/nsk.bash '$(BASH)/nsk'
	install -m 644 completions/_nsk '$(ZSH)/_nsk'
	install -m 644 completions/nsk.fish '$(FISH)/nsk.fish'
	install -m 644 README.md CHANGELOG.md SECURITY.md LICENSE '$(DOC)'

uninstall:
	rm -f '$(TO)/bin/nsk' $(PAGES:man/%='$(MAN)/%') '$(BASH)/nsk' '$(ZSH)/_nsk' '$(FISH)/nsk.fish'
	rm -rf '$(DOC)'

generate: all
	@NSK=$(BUILD)/nsk tools/man-options $(PAGES)

coverage:
	$(SUBMAKE) $(AT_ONCE) PROFILE=coverage all units
	@find build/coverage -name '*.gcda' -delete
	-@tests/run build/coverage
	-@for sweep in allocations sweep sweep-datagrams sweep-commands; do NSK='$(CURDIR)/build/coverage/nsk' tests/faults/$$sweep; done
	@tools/coverage build/coverage

clean:
	rm -rf build

-include $(OBJECTS:.o=.d) $(UNITS:=.d)
