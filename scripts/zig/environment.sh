# source environment.sh TARGET: sets the environment of a release build for TARGET from target/wheel/source.

# No path of the machine that builds belongs into a wheel; without them it also is 40 kB smaller. Other builds have their
# paths, so this one has its own folder: they would compile each other's crates again.
registry="${CARGO_HOME:-$HOME/.cargo}/registry/src"
# The caller's own flags are not taken over: a wheel for his processor would end in Lambda with an illegal instruction.
unset CARGO_ENCODED_RUSTFLAGS
export RUSTFLAGS="--remap-path-prefix=$registry= --remap-path-prefix=$PWD/target/wheel/source="
export CARGO_TARGET_DIR=$PWD/target/wheel
# The time that Cargo gives to what it packs: the same content has the same bytes.
export SOURCE_DATE_EPOCH=1153704088

# On Linux the wheel is linked against glibc 2.17, which no machine of today has: against Zig's description of it.
if [[ $1 == *-unknown-linux-gnu ]]; then
    export ZIG_TARGET=${1%%-*}-linux-gnu.2.17
    export ZIG_GLOBAL_CACHE_DIR=$PWD/target/wheel/zig/cache ZIG_LOCAL_CACHE_DIR=$PWD/target/wheel/zig/cache
    libraries=$PWD/target/wheel/zig/$ZIG_TARGET
    scripts/zig/libraries "$libraries"
    export "CC_${1//-/_}=$PWD/scripts/zig/cc" "AR_${1//-/_}=$PWD/scripts/zig/ar"
    # Functions whose code is the same become one, and constants of the same content: half a megabyte. Nothing here tells
    # functions or constants apart by where they lie.
    RUSTFLAGS+=" -C linker=$PWD/scripts/zig/ld -C linker-flavor=ld -C link-arg=-L$libraries"
    RUSTFLAGS+=" -C link-arg=--icf=all -C link-arg=--ignore-data-address-equality -C link-arg=-O2"
    RUSTFLAGS+=" -C link-arg=--hash-style=gnu"
fi
