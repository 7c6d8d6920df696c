#!/bin/sh
# Print the Python that `make` makes the environment with: the quickest python3 of the path that is new enough,
# else the newest by its full name; nothing where there is none.
#
# Pythons of one version differ by a quarter: one that somebody compiled for themselves (pyenv does) is
# rarely optimized, a system's is. The first of the path stays where another would win less than a seventh.
set -eu

# What it takes for a bit of work, in microseconds of the processor: the best of seven times.
takes='
import sys, time
if sys.version_info < (3, 11): sys.exit(1)
import venv
class Thing:
    def __init__(self, n): self.n = n
    def step(self, other): return self.n * 3 % 7 + other
def once():
    began, kept = time.process_time(), {}
    for each in range(6000):
        kept[str(each)] = Thing(each).step(each & 5)
    return time.process_time() - began
print(round(min(once() for _ in range(7)) * 1e6))
'

best='' least=0
IFS=:
for folder in $PATH; do
    each=$folder/python3
    [ -x "$each" ] || continue
    took=$("$each" -I -c "$takes" 2>/dev/null) || continue
    if [ -z "$best" ] || [ $((took * 7)) -lt $((least * 6)) ]; then
        best=$each least=$took
    fi
done

if [ -z "$best" ]; then
    for name in python3.14 python3.13 python3.12 python3.11; do
        "$name" -I -c 'import venv' >/dev/null 2>&1 && best=$name && break
    done
fi
echo "$best"
