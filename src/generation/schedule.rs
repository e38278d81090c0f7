//! How many batches a generator searches at once, and how large they are.

use super::device_choice::Devices;

/// How a generator works through its texts. Nothing here changes the result, except for the last digits of a GPU's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Schedule {
    /// Batches searched at once on a CPU; 0 means one per core. A GPU searches one.
    pub workers: usize,
    /// Largest padded size of a batch, in source tokens times beams; 0 takes what suits the device.
    pub batch_tokens: usize,
}

/// Size of a batch on a CPU, in source tokens times beams.
const CPU_BATCH_TOKENS: usize = 2048;
/// Largest size of a batch on a GPU: thousands of sentences, enough to keep the largest one busy.
const GPU_BATCH_TOKENS: usize = 131_072;
/// Estimated GPU memory per token of a batch, in bytes, intermediate results included. If this is too little, batches are
/// halved until they fit.
const GPU_BYTES_PER_TOKEN: u64 = 512 << 10;
/// Memory assumed for a device that does not tell how much it has, in bytes.
const UNKNOWN_GPU_MEMORY: u64 = 8 << 30;

/// The size of a batch that suits `devices`. On a GPU it is what fits into free memory, less a quarter for the weights; devices that are
/// the same GPU share its memory.
pub(super) fn default_batch_tokens(devices: &Devices) -> usize {
    if devices.kind().feature.is_none() {
        return CPU_BATCH_TOKENS;
    }
    let free_memory = devices.opened().iter().map(|opened| {
        let same_gpu = devices.opened().iter().filter(|other| other.device.location() == opened.device.location());
        opened.free_memory.unwrap_or(UNKNOWN_GPU_MEMORY) / same_gpu.count() as u64
    });
    let batch_tokens = free_memory.min().unwrap_or_default() / 4 * 3 / GPU_BYTES_PER_TOKEN;
    usize::try_from(batch_tokens).unwrap_or(GPU_BATCH_TOKENS).clamp(CPU_BATCH_TOKENS, GPU_BATCH_TOKENS)
}
