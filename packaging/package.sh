#!/usr/bin/env bash
# Makes a folder that runs on a machine without a JDK: a runtime of the modules that the program needs (jlink), the
# program, the sentence encoder, the sample knowledge base and the launcher. Called by `demitasse package`, which has
# built the jar and found the JDK, and hands over the options of its JVM before "--".
#
#   --output DIR   the folder to make (default dist/demitasse); what is there already is replaced if it is one of ours
#   --app-image    a jpackage application beside it (DIR-app): a native launcher with a fixed share of the memory as heap
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/dist/demitasse
app_image=false

die() {
  printf 'demitasse package: %s\n' "$*" >&2
  exit "${2:-1}"
}

java_options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  java_options+=(--java-options "$1")
  shift
done
[ $# -gt 0 ] || die "call it as ./demitasse package"
shift

while [ $# -gt 0 ]; do
  case $1 in
    --output) [ $# -gt 1 ] || die "--output: a folder is missing"; out=$2 && shift ;;
    --output=*) out=${1#*=} ;;
    --app-image) app_image=true ;;
    *) printf 'demitasse package: unknown option %s (--output DIR, --app-image)\n' "$1" >&2 && exit 2 ;;
  esac
  shift
done

jar=$root/cli/target/demitasse.jar
[ -f "$jar" ] || die "$jar is missing; call it as ./demitasse package"
case $out in /*) ;; *) out=$PWD/$out ;; esac
for folder in "$out" "$out-app"; do
  if [ -e "$folder" ] && [ ! -f "$folder/.demitasse-package" ]; then
    die "$folder: is there already and is no package of ours"
  fi
done
rm -rf "$out" "$out-app"
mkdir -p "$out/app"

# What the code names, and what it looks up by name: the Vector API, TLS, tools to look into a running process.
modules=$("$JAVA_HOME/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps --recursive \
  --class-path "$root/cli/target/lib/*" "$jar" 2>/dev/null | tail -n 1) || die "jdeps failed"
"$JAVA_HOME/bin/jlink" --add-modules "$modules,jdk.incubator.vector,jdk.crypto.ec,jdk.management,jdk.jcmd,jdk.jfr" \
  --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-6 --output "$out/runtime" 2>&1 |
  grep -v 'incubator' >&2 || true
[ -x "$out/runtime/bin/java" ] || die "jlink failed"

cp -p "$jar" "$out/app/"
cp -pR "$root/cli/target/lib" "$out/app/lib"
mkdir -p "$out/models"
cp -p "$root"/models/catalog.json "$root"/models/*.gguf "$out/models/"
cp -pR "$root/samples" "$out/samples"
cp -p "$root/demitasse" "$root/LICENSE" "$root/NOTICE" "$out/"
cp -p "$root/packaging/healthcheck" "$root/packaging/demitasse.service" "$root/packaging/demitasse.properties" \
  "$root/packaging/grafana-dashboard.json" "$root/docs/OPERATIONS.md" "$out/"
: >"$out/.demitasse-package"
"$out/demitasse" prepare

if $app_image; then
  input=$(mktemp -d)
  trap 'rm -rf "$input"' EXIT
  cp -pR "$out/app/." "$input"
  rm -f "$input/demitasse.aot"
  cp -pR "$out/models" "$out/samples" "$input"
  # shellcheck disable=SC2016 # $APPDIR is for jpackage's launcher
  "$JAVA_HOME/bin/jpackage" --type app-image --name demitasse --dest "$input/made" --input "$input" \
    --main-jar demitasse.jar --main-class demitasse.cli.Main --runtime-image "$out/runtime" \
    "${java_options[@]}" --java-options '-XX:MaxRAMPercentage=70' \
    --java-options '-Ddemitasse.root=$APPDIR' || die "jpackage failed"
  mv "$input/made/demitasse" "$out-app"
  : >"$out-app/.demitasse-package"
fi
du -sh "$out" | awk '{print $2 ": " $1}' >&2
