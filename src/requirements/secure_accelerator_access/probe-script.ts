/** The file that tells that the probe has printed everything. */
export const PROBED = '/dev/shm/plimsoll-probed';

/** Device nodes that every OCI runtime puts into every container (runtime-spec, config-linux, "Default Devices"). */
const DEFAULT_DEVICES =
  '/dev/null|/dev/zero|/dev/full|/dev/random|/dev/urandom|/dev/tty|/dev/console|/dev/ptmx|/dev/pts/*';

/**
 * A probe in busybox' sh that prints what a container can reach, a fact a line:
 *
 * ```
 * dev PATH b|c MAJOR:MINOR OPEN     every device node beyond the runtime's default ones, and what came of opening it
 * major b|c NUMBER NAME             /proc/devices: which driver a major belongs to (the same in every container)
 * env NAME=VALUE                    variables by which some runtimes hand out devices
 * try b|c MAJOR:MINOR MKNOD OPEN    a node made by hand for each number in $PLIMSOLL_TRY, and what came of opening it
 * end
 * ```
 * OPEN and MKNOD are `ok` or the kernel's words. Opening is tried for reading, then for both, each within 3 s.
 */
const PROBE = `
words() { sed 's/.*: //' | tail -n 1; }
attempt() { if said=$( "$@" 2>&1 ); then echo ok; else echo "\${said:-refused}" | words; fi; }
open() {
  r=$(attempt timeout 3 sh -c ': < "$1"' sh "$1")
  [ "$r" = ok ] || r2=$(attempt timeout 3 sh -c ': <> "$1"' sh "$1")
  [ "\${r2:-}" = ok ] && r=ok
  r2=
  echo "$r"
}
find /dev -type c -o -type b 2>/dev/null | while read -r d; do
  case $d in ${DEFAULT_DEVICES}) continue ;; esac
  kind=c; [ -b "$d" ] && kind=b
  number=$(stat -c '%t %T' "$d" | { read -r a b; echo "$((0x$a)):$((0x$b))"; })
  echo "dev $d $kind $number $(open "$d")"
done
kind=c
while read -r a b; do
  case "$a $b" in
    'Character devices:') kind=c ;;
    'Block devices:') kind=b ;;
    ' ') ;;
    *) echo "major $kind $a $b" ;;
  esac
done < /proc/devices
env | grep '_VISIBLE_DEVICES=' | sed 's/^/env /'
i=0
for want in \${PLIMSOLL_TRY:-}; do
  kind=\${want%%:*}; number=\${want#*:}; i=$((i + 1)); node=/tmp/plimsoll-$i
  made=$(attempt mknod "$node" "$kind" "\${number%%:*}" "\${number##*:}")
  opened=-; [ "$made" = ok ] && opened=$(open "$node")
  echo "try $kind $number mknod=$made open=$opened"
  rm -f "$node"
done
echo end
: > ${PROBED}
`;

/** Probes once and ends. */
export const PROBE_ONCE = PROBE;

/** Probes, then holds what it was given until it is deleted. */
export const PROBE_AND_HOLD = `${PROBE}
trap 'exit 0' TERM
sleep 3600 & wait
`;
