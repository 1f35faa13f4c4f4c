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
#   make bench        every benchmark; make bench-NAME: one (tests/bench/NAME)
#   make faults       the longer fault tests: system-call sweep, real peers
#   make soak         long transfers over bad lines, crowds of clients: some minutes; SOAK=--full: the sizes of a release
#   make mutants      take out one defence at a time: a test must go red
#   make fuzz         every tests/fuzz/fuzz_NAME.c for FUZZ_SECONDS each (or FUZZ_RUNS inputs); make fuzz-NAME: one;
#                     make fuzzers only builds them, for the smoke in make check
#   make generate     write the generated parts of the man pages anew
#   make install      to DESTDIR/PREFIX (default /usr/local); make uninstall takes it away again
#   make coverage     lines and branches reached by the tests, by file
#   make clean
#
# PROFILE=release|debug|asan|coverage live side by side under build/.
# V=1 shows the commands. DEPS=no installs nothing. CFLAGS and LDFLAGS of yours come last.

PROFILE ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
DEPS    ?= yes

BUILD   := build/$(PROFILE)
VERSION := 0.1.0

ifneq ($(V),1)
Q := @
say = @printf '  %-8s %s\n' '$(1)' '$(2)';
endif

# ---- flags -------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wformat=2 -Wundef
HARDEN   := -fPIE -fstack-protector-strong -fstack-clash-protection

flags_release  := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 $(HARDEN)
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

ALL_CFLAGS  = -std=c11 -Isrc -I$(BUILD) $(WARNINGS) $(flags_$(PROFILE)) -DNSK_VERSION='"$(VERSION)"' $(CFLAGS)
ALL_LDFLAGS = $(link_$(PROFILE)) $(LDFLAGS)
LIBS        = -pthread

# ---- what the machine has: build/PROFILE/probes.mk and config.h, made once -------------------------

-include $(BUILD)/probes.mk
$(BUILD)/probes.mk: tools/probe.sh $(wildcard tools/probes/*.c)
	$(call say,PROBE,$@)CC='$(CC)' tools/probe.sh $(BUILD)

# ---- sources: a file per mechanism, chosen here ---------------------------------------------------

MECHANISMS := src/core/poller_epoll.c src/core/poller_kqueue.c src/core/pump_splice.c src/core/listening_diag.c \
              src/view/readline.c src/view/editor_readline.c src/view/typing.c src/view/typing_none.c \
              src/core/datagram_mmsg.c src/core/datagram_segment.c src/core/datagram_gro.c

SOURCES := $(filter-out $(MECHANISMS),$(wildcard src/*.c src/*/*.c))
ifeq ($(HAVE_EPOLL),1)
SOURCES += src/core/poller_epoll.c
endif
ifeq ($(HAVE_SPLICE),1)
SOURCES += $(wildcard src/core/pump_splice.c)
endif
ifeq ($(HAVE_SOCK_DIAG),1)
SOURCES += src/core/listening_diag.c
endif
ifeq ($(HAVE_READLINE),1)
SOURCES += src/view/readline.c src/view/editor_readline.c src/view/typing.c
else
SOURCES += src/view/typing_none.c
endif
ifeq ($(HAVE_MMSG),1)
SOURCES += src/core/datagram_mmsg.c
endif
ifeq ($(HAVE_MMSG)$(HAVE_UDP_SEGMENT),11)
SOURCES += src/core/datagram_segment.c
endif
ifeq ($(HAVE_MMSG)$(HAVE_UDP_GRO),11)
SOURCES += src/core/datagram_gro.c
endif

# The lessons of nsk demo, in the order of its list, are part of the program.
LESSONS := tcp-flow udp-flow close-vs-shutdown blocking select demux byte-order alignment backlog reset partial-send \
           boundaries time-wait nagle udp-loss

OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/lessons.o
LIBRARY := $(filter-out $(BUILD)/src/main.o,$(OBJECTS))

, := ,

.DEFAULT_GOAL := all
.PHONY: all
all: $(BUILD)/nsk

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

SUBMAKE = +@$(MAKE) --no-print-directory

UNITS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*.c))
.PHONY: units unit test check faults mutants soak demo
units: $(UNITS)

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,UNIT,$@)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(LIBS)

unit: units
	@tests/run --units $(BUILD)

test: all units
	@tests/run $(BUILD)

faults: all
	@TESTS='$(wildcard tests/faults/*.bats)' tests/run $(BUILD)

soak: all deps-check
	@NSK='$(CURDIR)/$(BUILD)/nsk' tests/soak/soak $(SOAK)

mutants: deps-build deps-check
	@tests/faults/mutants $(MUTANTS)

check: deps-build deps-check
	-@DEPS='$(DEPS)' tools/deps.sh fuzz
	$(SUBMAKE) PROFILE=release all units
	$(SUBMAKE) PROFILE=asan all units
	-$(SUBMAKE) fuzzers
	@tests/run build/release build/asan

demo: deps-build
	$(SUBMAKE) PROFILE=release all
	@NSK=build/release/nsk tools/demo

deps-%:
	@DEPS='$(DEPS)' tools/deps.sh $*

# ---- benchmarks and fuzzing ----------------------------------------------------------------------

.PHONY: bench fuzz fuzzers
bench: $(patsubst tests/bench/%,bench-%,$(filter-out tests/bench/limits,$(wildcard tests/bench/*[!.]*)))
bench-%: all deps-bench
	@NSK='$(CURDIR)/$(BUILD)/nsk' tests/bench/$*

FUZZ_SECONDS ?= 60
FUZZ_RUNS    ?= -1
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz: $(FUZZ_TARGETS:fuzz_%=fuzz-%)
fuzzers:
	$(SUBMAKE) PROFILE=fuzz CC=clang $(FUZZ_TARGETS:%=build/fuzz/%)
fuzz-%:
	$(SUBMAKE) PROFILE=fuzz CC=clang build/fuzz/fuzz_$*
	@mkdir -p build/fuzz/corpus/$*
	@echo '  FUZZ     $* for $(FUZZ_SECONDS) s'
	@build/fuzz/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -runs=$(FUZZ_RUNS) -timeout=10 -artifact_prefix=build/fuzz/$*- \
		build/fuzz/corpus/$* $(wildcard tests/fuzz/corpus/$*) >build/fuzz/$*.log 2>&1 || \
		{ cat build/fuzz/$*.log; exit 1; }

# The relay runs on a kernel of its own: these calls of the library go there.
KERNEL_CALLS := recv send read write splice fstat fcntl ioctl poll open close pipe2 shutdown getsockopt setsockopt \
                getsockname deadline_now deadline_poll_timeout $(addprefix __sanitizer_cov_trace_,cmp1 cmp4 cmp8 \
                const_cmp1 const_cmp4 const_cmp8)
build/fuzz/fuzz_relay: tests/fuzz/kernel.c tests/fuzz/kernel.h
build/fuzz/fuzz_relay: private LDFLAGS += $(KERNEL_CALLS:%=-Wl,--wrap=%) tests/fuzz/kernel.c

build/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(LIBRARY)
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
	+@$(call quietly,$(MAKE) -s BUILD=build/$@ $(LINT_BUILD) all units)
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
	install -m 644 README.md CHANGELOG.md LICENSE '$(DOC)'

uninstall:
	rm -f '$(TO)/bin/nsk' $(PAGES:man/%='$(MAN)/%') '$(BASH)/nsk' '$(ZSH)/_nsk' '$(FISH)/nsk.fish'
	rm -rf '$(DOC)'

generate: all
	@NSK=$(BUILD)/nsk tools/man-options $(PAGES)

coverage:
	$(SUBMAKE) PROFILE=coverage all units
	@find build/coverage -name '*.gcda' -delete
	-@tests/run build/coverage
	-@for sweep in allocations sweep sweep-datagrams; do NSK='$(CURDIR)/build/coverage/nsk' tests/faults/$$sweep; done
	@tools/coverage build/coverage

clean:
	rm -rf build

-include $(OBJECTS:.o=.d) $(UNITS:=.d)
