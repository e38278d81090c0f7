//! The instruction sets of the processor that change the speed and the rounding of products.

/// The names of the instruction sets that this processor has, of those that change the speed and the rounding of products.
#[cfg(target_arch = "x86_64")]
pub fn features() -> Vec<&'static str> {
    let instruction_sets = [
        ("avx2", std::is_x86_feature_detected!("avx2")),
        ("fma", std::is_x86_feature_detected!("fma")),
        ("avx512f", std::is_x86_feature_detected!("avx512f")),
        ("avx512vnni", std::is_x86_feature_detected!("avx512vnni")),
        ("avxvnni", std::is_x86_feature_detected!("avxvnni")),
    ];
    instruction_sets.iter().filter(|(_, is_supported)| *is_supported).map(|(name, _)| *name).collect()
}

/// The names of the instruction sets that this processor has, of those that change the speed and the rounding of products.
#[cfg(target_arch = "aarch64")]
pub fn features() -> Vec<&'static str> {
    let instruction_sets = [
        ("neon", std::arch::is_aarch64_feature_detected!("neon")),
        ("dotprod", std::arch::is_aarch64_feature_detected!("dotprod")),
        ("i8mm", std::arch::is_aarch64_feature_detected!("i8mm")),
    ];
    instruction_sets.iter().filter(|(_, is_supported)| *is_supported).map(|(name, _)| *name).collect()
}

/// The names of the instruction sets that this processor has, of those that change the speed and the rounding of products.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub fn features() -> Vec<&'static str> {
    Vec::new()
}
