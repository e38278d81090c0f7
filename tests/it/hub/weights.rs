//! A safetensors file → the same weights in the other formats that repositories use.

use serde_json::{Map, Value, json};

use super::repository::Files;

/// A tensor as safetensors describes it.
struct Tensor {
    name: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

fn tensors(safetensors: &[u8]) -> Vec<Tensor> {
    let (length, rest) = safetensors.split_at(8);
    let (header, data) = rest.split_at(u64::from_le_bytes(length.try_into().unwrap()) as usize);
    let header: Map<String, Value> = serde_json::from_slice(header).unwrap();
    let numbers = |value: &Value| -> Vec<usize> { serde_json::from_value(value.clone()).unwrap() };
    let described = header.into_iter().filter(|(name, _)| name != "__metadata__");
    described
        .map(|(name, tensor)| {
            assert_eq!(tensor["dtype"], "F32", "{name}");
            let range = numbers(&tensor["data_offsets"]);
            Tensor { name, shape: numbers(&tensor["shape"]), bytes: data[range[0]..range[1]].to_vec() }
        })
        .collect()
}

/// The weights in two files, and the index that says which tensor is where.
pub(crate) fn shards(safetensors: &[u8]) -> Files {
    let tensors = tensors(safetensors);
    let total: usize = tensors.iter().map(|tensor| tensor.bytes.len()).sum();
    let mut files = Files::new();
    let mut places = Map::new();
    for (number, shard) in tensors.chunks(tensors.len().div_ceil(2)).enumerate() {
        let name = format!("model-{:05}-of-00002.safetensors", number + 1);
        let (mut header, mut data) = (Map::new(), Vec::new());
        for tensor in shard {
            let offsets = [data.len(), data.len() + tensor.bytes.len()];
            header.insert(tensor.name.clone(), json!({"dtype": "F32", "shape": tensor.shape, "data_offsets": offsets}));
            data.extend_from_slice(&tensor.bytes);
            places.insert(tensor.name.clone(), json!(name));
        }
        let mut header = Value::Object(header).to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        let file = [&(header.len() as u64).to_le_bytes()[..], &header, &data].concat();
        files.insert(name, file);
    }
    let index = json!({"metadata": {"total_size": total}, "weight_map": places});
    files.insert("model.safetensors.index.json".into(), index.to_string().into_bytes());
    files
}

/// The weights as `torch.save` writes them: a zip file of a pickle and one file for each tensor.
pub(crate) fn pickle(safetensors: &[u8]) -> Vec<u8> {
    let tensors = tensors(safetensors);
    let mut program = b"\x80\x02}(".to_vec();
    for (number, tensor) in tensors.iter().enumerate() {
        let text = |text: &str| [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat();
        let integer = |value: usize| [b"J", &(value as u32).to_le_bytes()[..]].concat();
        let tuple = |values: &[usize]| {
            let values: Vec<u8> = values.iter().flat_map(|&value| integer(value)).collect();
            [b"(", &values[..], b"t"].concat()
        };
        let strides: Vec<usize> = (1..=tensor.shape.len()).map(|from| tensor.shape[from..].iter().product()).collect();
        let parts: [&[u8]; 15] = [
            &text(&tensor.name),
            b"ctorch._utils\n_rebuild_tensor_v2\n((",
            &text("storage"),
            b"ctorch\nFloatStorage\n",
            &text(&number.to_string()),
            &text("cpu"),
            &integer(tensor.bytes.len() / 4),
            b"tQ",
            &integer(0),
            &tuple(&tensor.shape),
            &tuple(&strides),
            // No gradient, no hooks.
            b"\x89ccollections\nOrderedDict\n",
            b")R",
            b"t",
            b"R",
        ];
        program.extend(parts.concat());
    }
    program.extend(b"u.");
    let mut members = vec![("archive/data.pkl".to_owned(), program)];
    members.extend(
        tensors.into_iter().enumerate().map(|(number, tensor)| (format!("archive/data/{number}"), tensor.bytes)),
    );
    members.push(("archive/version".into(), b"3\n".to_vec()));
    zip(&members)
}

/// A zip file with uncompressed members.
fn zip(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let start = (file.len() as u32).to_le_bytes();
        let size = (content.len() as u32).to_le_bytes();
        // No flags, stored, the earliest date of zip.
        let common = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
            &checksum(content).to_le_bytes(),
            &size,
            &size,
            &(name.len() as u16).to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        file.extend([b"PK\x03\x04", &common[..], name.as_bytes(), content].concat());
        directory.extend([b"PK\x01\x02\x14\x00", &common[..], &[0; 10], &start, name.as_bytes()].concat());
    }
    let count = (members.len() as u16).to_le_bytes();
    let (start, size) = ((file.len() as u32).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &size, &start, &[0, 0]].concat();
    [file, directory, end].concat()
}

fn checksum(content: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
    !content.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}
