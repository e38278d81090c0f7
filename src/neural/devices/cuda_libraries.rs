//! Loads the CUDA libraries when a device is opened, not when the program starts, so that one program runs on machines with
//! and without a driver.
//!
//! Candle links to these libraries, and a program with such links does not start if one of the files is missing. The functions
//! that candle calls are therefore defined here, each as a jump through a slot of a table. A slot points to
//! `depesche_cuda_missing` until [`load`] has found the real function. `.ci/cuda` fails if candle calls a function that is not in
//! the list. (Linux only: elsewhere the program is linked as candle links it.)

use super::kind::Unavailable;

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(super) fn load() -> Result<(), Unavailable> {
    Ok(())
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) use late::load;

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod late {
    use std::error::Error;
    use std::ffi::{c_int, c_void};
    use std::sync::Mutex;

    use libloading::Library;

    use super::Unavailable;

    /// Loads the CUDA libraries and fills the table. Runs once; later calls return the first outcome.
    pub(in super::super) fn load() -> Result<(), Unavailable> {
        static CUDA_LOADED: Mutex<Option<Result<(), (String, String)>>> = Mutex::new(None);
        let Ok(mut cuda_loaded) = CUDA_LOADED.lock() else { return Ok(()) };
        let outcome = cuda_loaded.get_or_insert_with(load_all).clone();
        outcome.map_err(|(library, reason)| Unavailable::Driver { library, reason })
    }

    fn load_all() -> Result<(), (String, String)> {
        let mut function_slot = 0;
        for (library_files, function_names) in CUDA_LIBRARIES {
            let library = if library_files.is_empty() { None } else { Some(open_library(library_files)?) };
            for function_name in *function_names {
                // SAFETY: the symbol is used as an address only, whatever it is.
                let function =
                    library.as_ref().and_then(|library| unsafe { library.get::<*const c_void>(*function_name).ok() });
                // A function that an older library lacks stays missing, and calling it is an error.
                if let Some(function) = function {
                    // SAFETY: the table has a slot for each name, in this order. Nothing jumps through it while it is filled,
                    // because devices are opened afterwards.
                    unsafe {
                        (&raw mut depesche_cuda_functions).cast::<*const c_void>().add(function_slot).write(*function)
                    };
                }
                function_slot += 1;
            }
            // The functions are called for as long as the program runs, so the library is never unloaded.
            std::mem::forget(library);
        }
        Ok(())
    }

    /// Opens the first of `library_files` that exists.
    fn open_library(library_files: &[&str]) -> Result<Library, (String, String)> {
        let mut reason = String::new();
        for library_file in library_files {
            // SAFETY: these are NVIDIA's libraries, made to be loaded.
            match unsafe { Library::new(*library_file) } {
                Ok(library) => return Ok(library),
                // The cause is what the system reports.
                Err(error) if reason.is_empty() => {
                    reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                }
                Err(_) => {}
            }
        }
        Err((library_files.first().copied().unwrap_or_default().to_owned(), reason))
    }

    unsafe extern "C" {
        /// The table of CUDA functions, defined below.
        static mut depesche_cuda_functions: c_void;
    }

    /// Stands in for every function that was not loaded. Returns `CUDA_ERROR_STUB_LIBRARY`.
    #[unsafe(no_mangle)]
    extern "C" fn depesche_cuda_missing() -> c_int {
        34
    }

    /// Keeps the function `depesche_cuda_missing`: the optimiser does not see that the table names it.
    #[used]
    static CUDA_MISSING: extern "C" fn() -> c_int = depesche_cuda_missing;

    /// Defines the CUDA functions and their slots, and lists them.
    macro_rules! libraries {
        ($([$($file:literal)*] $($name:ident)*;)*) => {
            /// File names of CUDA libraries, the preferred one first, and their functions.
            const CUDA_LIBRARIES: &[(&[&str], &[&str])] = &[$((&[$($file),*], &[$(stringify!($name)),*])),*];

            std::arch::global_asm!(
                ".pushsection .data.depesche_cuda_functions,\"aw\",@progbits",
                ".balign 8",
                ".globl depesche_cuda_functions",
                ".hidden depesche_cuda_functions",
                "depesche_cuda_functions:",
                ".popsection",
                $($(jump!($name),)*)*
            );
        };
    }

    #[cfg(target_arch = "x86_64")]
    macro_rules! jump {
        ($name:ident) => {
            concat!(
                ".pushsection .data.depesche_cuda_functions,\"aw\",@progbits\n",
                ".Ldepesche_",
                stringify!($name),
                ": .quad depesche_cuda_missing\n",
                ".popsection\n",
                ".pushsection .text.",
                stringify!($name),
                ",\"ax\",@progbits\n",
                ".globl ",
                stringify!($name),
                "\n",
                ".type ",
                stringify!($name),
                ",@function\n",
                stringify!($name),
                ": jmp qword ptr [rip + .Ldepesche_",
                stringify!($name),
                "]\n",
                ".popsection"
            )
        };
    }

    #[cfg(target_arch = "aarch64")]
    macro_rules! jump {
        ($name:ident) => {
            concat!(
                ".pushsection .data.depesche_cuda_functions,\"aw\",@progbits\n",
                ".Ldepesche_",
                stringify!($name),
                ": .quad depesche_cuda_missing\n",
                ".popsection\n",
                ".pushsection .text.",
                stringify!($name),
                ",\"ax\",@progbits\n",
                ".globl ",
                stringify!($name),
                "\n",
                ".type ",
                stringify!($name),
                ",@function\n",
                stringify!($name),
                ": adrp x16, .Ldepesche_",
                stringify!($name),
                "\n",
                "ldr x16, [x16, :lo12:.Ldepesche_",
                stringify!($name),
                "]\n",
                "br x16\n",
                ".popsection"
            )
        };
    }

    libraries! {
        // The driver.
        ["libcuda.so.1"]
            cuCtxCreate_v3 cuCtxCreate_v4 cuCtxDestroy_v2 cuCtxGetCacheConfig cuCtxGetCurrent cuCtxGetLimit
            cuCtxGetStreamPriorityRange cuCtxSetCacheConfig cuCtxSetCurrent cuCtxSetFlags cuCtxSetLimit
            cuCtxSynchronize cuDestroyExternalMemory cuDeviceGet cuDeviceGetAttribute cuDeviceGetCount
            cuDeviceGetDefaultMemPool cuDeviceGetMemPool cuDeviceGetName cuDeviceGetUuid cuDeviceGetUuid_v2
            cuDevicePrimaryCtxRelease_v2 cuDevicePrimaryCtxRetain cuDeviceSetMemPool cuDeviceTotalMem_v2
            cuEventCreate cuEventDestroy_v2 cuEventElapsedTime cuEventElapsedTime_v2 cuEventQuery
            cuEventRecord cuEventSynchronize cuExternalMemoryGetMappedBuffer cuFuncGetAttribute
            cuFuncSetAttribute cuFuncSetCacheConfig cuGetErrorName cuGetErrorString cuGraphClone
            cuGraphDestroy cuGraphExecDestroy cuGraphInstantiateWithFlags cuGraphLaunch cuGraphUpload
            cuImportExternalMemory cuInit cuLaunchCooperativeKernel cuLaunchHostFunc cuLaunchKernel
            cuMemAdvise_v2 cuMemAllocAsync cuMemAllocFromPoolAsync cuMemAllocManaged cuMemAlloc_v2
            cuMemFreeAsync cuMemFreeHost cuMemFree_v2 cuMemGetInfo_v2 cuMemHostAlloc cuMemPoolCreate
            cuMemPoolDestroy cuMemPoolGetAttribute cuMemPoolSetAttribute cuMemPoolTrimTo cuMemPrefetchAsync_v2
            cuMemcpyDtoDAsync_v2 cuMemcpyDtoD_v2 cuMemcpyDtoHAsync_v2 cuMemcpyDtoH_v2 cuMemcpyHtoDAsync_v2
            cuMemcpyHtoD_v2 cuMemcpyPeerAsync cuMemsetD8Async cuMemsetD8_v2 cuModuleGetFunction
            cuModuleGetGlobal_v2 cuModuleLoad cuModuleLoadData cuModuleUnload
            cuOccupancyAvailableDynamicSMemPerBlock cuOccupancyMaxActiveBlocksPerMultiprocessor
            cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags cuOccupancyMaxActiveClusters
            cuOccupancyMaxPotentialBlockSize cuOccupancyMaxPotentialBlockSizeWithFlags
            cuOccupancyMaxPotentialClusterSize cuProfilerStart cuProfilerStop cuStreamAttachMemAsync
            cuStreamBeginCapture_v2 cuStreamCreate cuStreamCreateWithPriority cuStreamDestroy_v2
            cuStreamEndCapture cuStreamIsCapturing cuStreamSynchronize cuStreamWaitEvent;
        ["libcublas.so.13" "libcublas.so.12"]
            cublasCreate_v2 cublasDasum_v2 cublasDestroy_v2 cublasDgemmStridedBatched cublasDgemm_v2
            cublasDgemv_v2 cublasGemmEx cublasGemmGroupedBatchedEx cublasGemmStridedBatchedEx
            cublasGetPointerMode_v2 cublasSasum_v2 cublasSetPointerMode_v2 cublasSetStream_v2
            cublasSgemmStridedBatched cublasSgemm_v2 cublasSgemv_v2;
        ["libcublasLt.so.13" "libcublasLt.so.12"]
            cublasLtCreate cublasLtDestroy cublasLtLoggerOpenFile cublasLtLoggerSetLevel cublasLtMatmul
            cublasLtMatmulAlgoGetHeuristic cublasLtMatmulDescCreate cublasLtMatmulDescDestroy
            cublasLtMatmulDescSetAttribute cublasLtMatmulPreferenceCreate cublasLtMatmulPreferenceDestroy
            cublasLtMatmulPreferenceSetAttribute cublasLtMatrixLayoutCreate cublasLtMatrixLayoutDestroy
            cublasLtMatrixLayoutSetAttribute;
        ["libcurand.so.10"]
            curandCreateGenerator curandDestroyGenerator curandGenerate curandGenerateLogNormal
            curandGenerateLogNormalDouble curandGenerateLongLong curandGenerateNormal
            curandGenerateNormalDouble curandGeneratePoisson curandGenerateUniform curandGenerateUniformDouble
            curandSetGeneratorOffset curandSetPseudoRandomGeneratorSeed curandSetStream;
        // Never loaded: candle compiles no kernels at run time, and its precompiled ones (for quantised products) are not used
        // here. Their registration before `main` has no effect.
        []
            nvrtcCompileProgram nvrtcCreateProgram nvrtcDestroyProgram nvrtcGetPTX nvrtcGetPTXSize
            nvrtcGetProgramLog nvrtcGetProgramLogSize;
        []
            __cudaGetKernel __cudaLaunchKernel __cudaLaunchKernel_ptsz __cudaPopCallConfiguration
            __cudaPushCallConfiguration __cudaRegisterFatBinary __cudaRegisterFatBinaryEnd
            __cudaRegisterFunction __cudaRegisterVar __cudaUnregisterFatBinary cudaDeviceGetAttribute cudaFree
            cudaFreeAsync cudaFreeAsync_ptsz cudaFuncGetAttributes cudaFuncSetAttribute cudaGetDevice
            cudaGetDeviceCount cudaGetErrorName cudaGetErrorString cudaGetLastError cudaLaunchKernel
            cudaLaunchKernel_ptsz cudaMalloc cudaMallocAsync cudaMallocAsync_ptsz cudaMemsetAsync
            cudaMemsetAsync_ptsz cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags cudaPeekAtLastError
            cudaSetDevice cudaStreamSynchronize cudaStreamSynchronize_ptsz;
    }
}
