# source environment.sh TARGET: sets the environment of a release build for TARGET from target/wheel/source.

# Removes the build machine's paths from the wheel, which also saves 40 kB. This build has a separate folder, because
# other builds keep their paths, and each would compile the other's crates again.
registry="${CARGO_HOME:-$HOME/.cargo}/registry/src"
# The caller's flags are ignored, because a wheel for the caller's processor could stop in Lambda with an illegal instruction.
unset CARGO_ENCODED_RUSTFLAGS
export RUSTFLAGS="--remap-path-prefix=$registry= --remap-path-prefix=$PWD/target/wheel/source="
export CARGO_TARGET_DIR=$PWD/target/wheel
# The time that Cargo gives to packed files, so that equal content has equal bytes.
export SOURCE_DATE_EPOCH=1153704088

# On Linux the wheel is linked against Zig's description of glibc 2.17, which is older than any build machine's.
if [[ $1 == *-unknown-linux-gnu ]]; then
    export ZIG_TARGET=${1%%-*}-linux-gnu.2.17
    export ZIG_GLOBAL_CACHE_DIR=$PWD/target/wheel/zig/cache ZIG_LOCAL_CACHE_DIR=$PWD/target/wheel/zig/cache
    export ZIG_LIBRARIES=$PWD/target/wheel/zig/$ZIG_TARGET
    scripts/zig/libraries "$ZIG_LIBRARIES"
    export "CC_${1//-/_}=$PWD/scripts/zig/cc" "AR_${1//-/_}=$PWD/scripts/zig/ar"
    # Merges functions with equal code and constants with equal content, which saves half a megabyte. No code here compares
    # the addresses of functions or constants.
    RUSTFLAGS+=" -C linker=$PWD/scripts/zig/ld -C linker-flavor=ld -C link-arg=-L$ZIG_LIBRARIES"
    RUSTFLAGS+=" -C link-arg=--icf=all -C link-arg=--ignore-data-address-equality -C link-arg=-O2"
    RUSTFLAGS+=" -C link-arg=--hash-style=gnu"
fi
