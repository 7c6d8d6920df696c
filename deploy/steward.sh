#!/bin/sh
# Steward's command line, as the user whom the bot belongs to. Made by `make install PREFIX=@PREFIX@`.
#
# It works in timers, in scripts and after logout. What the environment calls STEWARD_… goes along; file
# names that do not begin with / are looked for in @HOME@.
set -eu
user='@USER@' home='@HOME@' program='@PROGRAM@'

# What is the caller's own is none of the bot's business.
unset PYTHONPATH PYTHONHOME XDG_RUNTIME_DIR 2>/dev/null || :

if [ "$(id -u)" = "$(id -u "$user")" ]; then
    cd "$home" && exec "$program" "$@"
elif [ "$(id -u)" = 0 ] && command -v runuser >/dev/null; then
    # Nobody has to be asked, and no terminal has to be there.
    cd / && exec runuser -u "$user" -- env -C "$home" "$program" "$@"
else
    # Names only: a value in the command would be seen by every user of the machine.
    kept=$(env | sed -n 's/^\(STEWARD_[A-Z0-9_]*\)=.*/\1/p' | paste -sd, -)
    exec sudo ${kept:+"--preserve-env=$kept"} -u "$user" env -C "$home" "$program" "$@"
fi
