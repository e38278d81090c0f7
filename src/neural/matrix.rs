//! A matrix of 32-bit floats in main memory: what the CPU computes with, and how results leave a device.

/// A matrix `[rows, width]`, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    values: Vec<f32>,
    width: usize,
}

impl Matrix {
    /// The matrix of `values`, which are whole rows of `width` numbers.
    pub(super) fn new(values: Vec<f32>, width: usize) -> Self {
        debug_assert!(values.len().is_multiple_of(width.max(1)), "{} values in rows of {width}", values.len());
        Self { values, width }
    }

    /// Number of rows of the matrix.
    pub fn rows(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    /// Number of floats in a row of the matrix.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All floats of the matrix, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All floats of the matrix, row after row, to be changed in place.
    pub(super) fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// The row of the matrix at `row_index`.
    pub fn row(&self, row_index: usize) -> Option<&[f32]> {
        self.iter_rows().nth(row_index)
    }

    /// The rows of the matrix.
    pub fn iter_rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width.max(1))
    }

    /// The rows of the matrix, to be changed in place.
    pub fn iter_rows_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.values.chunks_exact_mut(self.width.max(1))
    }

    /// The mean of all rows. Rows are added in order, so the result does not depend on the machine. Zeros if there are no
    /// rows.
    pub fn mean_row(&self) -> Vec<f32> {
        let mut sums = vec![0.0_f32; self.width];
        for row in self.iter_rows() {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        let scale = (1.0 / self.rows().max(1) as f64) as f32;
        sums.iter().map(|sum| sum * scale).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_row_is_that_of_all_rows() {
        let matrix = Matrix::new(vec![1.0, 2.0, 3.0, 5.0, 5.0, 5.0], 2);
        assert_eq!((matrix.rows(), matrix.mean_row()), (3, vec![3.0, 4.0]));
        assert_eq!(Matrix::new(Vec::new(), 2).mean_row(), [0.0, 0.0]);
    }
}
