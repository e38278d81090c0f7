//! How weights are held: what the user asks for, and what a device makes of it.

use candle_core::{DType, Device};

/// How the user wants weights to be held. [`PrecisionChoice::resolve`] says what that comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PrecisionChoice {
    /// As the file has them if that is more than numbers (see [`PrecisionChoice::Stored`]), other weights as 8-bit integers on a CPU;
    /// half precision on a GPU.
    #[default]
    Auto,
    /// 32-bit floats: the reference.
    F32,
    /// 16-bit floats (GPU only; a CPU takes 32 bits).
    F16,
    /// 16-bit brain floats (GPU only; a CPU takes 32 bits).
    Bf16,
    /// 8-bit integers (CPU only; a GPU takes half precision).
    Int8,
    /// GGUF blocks, or Firefox's integers with their fixed multipliers, as they are (CPU only; a GPU takes half precision). Other
    /// weights are held as 32-bit floats.
    Stored,
}

impl PrecisionChoice {
    /// Every choice of precision, in the order of the help text.
    pub const ALL: [Self; 6] = [Self::Auto, Self::F32, Self::F16, Self::Bf16, Self::Int8, Self::Stored];

    /// The name of the precision on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::Int8 => "int8",
            Self::Stored => "stored",
        }
    }

    /// One line about the precision for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Self::Auto => "stored for GGUF and Firefox's models, else int8 on a CPU; half precision on a GPU",
            Self::F32 => "32-bit floats, the reference",
            Self::F16 => "16-bit floats (GPU)",
            Self::Bf16 => "16-bit brain floats (GPU)",
            Self::Int8 => "8-bit integers (CPU): fastest",
            Self::Stored => "as a GGUF file or one of Firefox's models has them (CPU)",
        }
    }

    /// The format in which `device` holds weights. `stored` is that of a file that has more than numbers.
    ///
    /// Half precision on CUDA is bf16, which has the range of f32; Metal has f16 alone.
    pub fn resolve(self, device: &Device, stored: Option<WeightFormat>) -> WeightFormat {
        let half_precision = if device.is_cuda() { WeightFormat::Bf16 } else { WeightFormat::F16 };
        match self {
            Self::F32 => WeightFormat::F32,
            Self::Auto if device.is_cpu() => stored.unwrap_or(WeightFormat::Int8),
            Self::Int8 if device.is_cpu() => WeightFormat::Int8,
            Self::Stored if device.is_cpu() => stored.unwrap_or(WeightFormat::F32),
            Self::F16 | Self::Bf16 if device.is_cpu() => WeightFormat::F32,
            Self::F16 => WeightFormat::F16,
            Self::Bf16 => WeightFormat::Bf16,
            Self::Auto | Self::Int8 | Self::Stored => half_precision,
        }
    }
}

/// The format in which the weights of a loaded model are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightFormat {
    /// 32-bit floats.
    F32,
    /// 16-bit floats (tensors only).
    F16,
    /// 16-bit brain floats (tensors only).
    Bf16,
    /// 8-bit integers with one scale a row; activations are quantised row by row on the fly (CPU only).
    Int8,
    /// Matrices in the blocks of a GGUF file, everything else in 32-bit floats (CPU only).
    GgufBlocks,
    /// 8-bit integers whose inputs become integers by the fixed multipliers of the file (CPU only).
    FixedInt8,
}

impl WeightFormat {
    /// The name of the weight format in provenance and messages: that of the choice that asks for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => PrecisionChoice::F32.name(),
            Self::F16 => PrecisionChoice::F16.name(),
            Self::Bf16 => PrecisionChoice::Bf16.name(),
            Self::Int8 => PrecisionChoice::Int8.name(),
            Self::GgufBlocks | Self::FixedInt8 => PrecisionChoice::Stored.name(),
        }
    }
}

/// Where a model lives, in which format its weights are held, and by which operations it computes.
#[derive(Clone, Debug)]
pub struct Placement {
    device: Device,
    format: WeightFormat,
    in_tensors: bool,
}

impl Placement {
    /// A model on `device`, with weights in `format`, which is what [`PrecisionChoice::resolve`] gives for this device.
    pub fn new(device: Device, format: WeightFormat) -> Self {
        Self { in_tensors: !device.is_cpu(), format, device }
    }

    /// A model on the CPU, but by the operations of every other device: slower, and how these are tested where there is none.
    /// `format` is one of the floats.
    pub fn in_tensors(format: WeightFormat) -> Self {
        Self { device: Device::Cpu, format, in_tensors: true }
    }

    /// The device that the model computes on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The format in which weights are held.
    pub fn format(&self) -> WeightFormat {
        self.format
    }

    /// Whether candle's operations on tensors compute, and not the loops of the CPU.
    pub(super) fn computes_in_tensors(&self) -> bool {
        self.in_tensors
    }

    /// The number format of tensors.
    pub(super) fn dtype(&self) -> DType {
        match self.format {
            WeightFormat::F16 => DType::F16,
            WeightFormat::Bf16 => DType::BF16,
            WeightFormat::F32 | WeightFormat::Int8 | WeightFormat::GgufBlocks | WeightFormat::FixedInt8 => DType::F32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_cpu_every_choice_comes_to_what_the_help_says() {
        for (choice, gguf, other) in [
            (PrecisionChoice::Auto, WeightFormat::GgufBlocks, WeightFormat::Int8),
            (PrecisionChoice::F32, WeightFormat::F32, WeightFormat::F32),
            (PrecisionChoice::F16, WeightFormat::F32, WeightFormat::F32),
            (PrecisionChoice::Bf16, WeightFormat::F32, WeightFormat::F32),
            (PrecisionChoice::Int8, WeightFormat::Int8, WeightFormat::Int8),
            (PrecisionChoice::Stored, WeightFormat::GgufBlocks, WeightFormat::F32),
        ] {
            assert_eq!(choice.resolve(&Device::Cpu, Some(WeightFormat::GgufBlocks)), gguf, "{choice:?}");
            assert_eq!(choice.resolve(&Device::Cpu, None), other, "{choice:?}");
        }
    }
}
