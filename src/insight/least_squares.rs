//! Least squares: min ‖y − Xβ‖² by Householder QR (Golub & Van Loan 2013, ch. 5), of `faer`.
//!
//! Columns are brought to lengths near 1 by powers of two, which changes no digit. A column that lies
//! in the span of those before it, but for rounding, has no coefficient of its own: it is left out, as
//! R's `lm` does, and told. The solution is refined twice by the residuals, which are summed to twice
//! the precision (Dekker 1971; Ogita, Rump & Oishi 2005).

use faer::linalg::solvers::{Qr, SolveLstsq};
use faer::{Mat, MatRef};

/// The sine of the angle to the span of the columns before, below which a column has nothing of its own.
const SMALLEST_ANGLE: f64 = 1e-12;
/// So many rounding errors of a value before it was centred are nothing.
const ROUNDING: f64 = 100.0 * f64::EPSILON;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Which columns have coefficients.
    pub kept: Vec<usize>,
    /// Their coefficients.
    pub coefficients: Vec<f64>,
    /// (XᵀX)⁻¹ of these columns, row after row.
    pub inverse: Vec<Vec<f64>>,
}

/// Which columns have something of their own. `sizes` are the lengths of the columns before they were
/// centred, whose rounding errors they still have.
pub fn independent(columns: &[Vec<f64>], sizes: &[f64]) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    kept.retain(|place| {
        let (column, size) = (columns.get(*place), sizes.get(*place));
        column.zip(size).is_some_and(|(column, size)| length(column) > ROUNDING * size)
    });
    let lengths: Vec<f64> = columns.iter().map(|column| length(column)).collect();
    let angle = |place: usize| {
        let (length, size) = (lengths.get(place), sizes.get(place));
        let noise = length.zip(size).map_or(0.0, |(length, size)| ROUNDING * size / length);
        noise.max(SMALLEST_ANGLE)
    };
    let scaled: Vec<Vec<f64>> =
        kept.iter().filter_map(|place| columns.get(*place)).map(|c| over(c, length(c))).collect();
    if scaled.is_empty() {
        return kept;
    }
    let mut triangle = matrix(&scaled).qr().thin_R().to_owned();
    // The first that depends on others goes; then the rest is looked at again, in the triangle alone.
    loop {
        let depends = kept.iter().enumerate().position(|(at, place)| {
            at >= triangle.nrows() || triangle.get(at, at).abs() <= angle(*place)
        });
        let Some(gone) = depends else { return kept };
        kept.remove(gone);
        if kept.is_empty() {
            return kept;
        }
        let rest = Mat::from_fn(triangle.nrows(), kept.len(), |row, column| {
            *triangle.get(row, column + usize::from(column >= gone))
        });
        triangle = rest.qr().thin_R().to_owned();
    }
}

/// Solves min ‖y − Xβ‖², leaving out columns without anything of their own.
pub fn solve(columns: &[Vec<f64>], sizes: &[f64], target: &[f64]) -> Solution {
    let kept = independent(columns, sizes);
    let used: Vec<&Vec<f64>> = kept.iter().filter_map(|place| columns.get(*place)).collect();
    if used.is_empty() {
        return Solution { kept, coefficients: Vec::new(), inverse: Vec::new() };
    }
    let scales: Vec<f64> = used.iter().map(|column| power_of_two(length(column))).collect();
    let scaled: Vec<Vec<f64>> =
        used.iter().zip(&scales).map(|(column, scale)| over(column, *scale)).collect();
    let qr = matrix(&scaled).qr();
    let mut solution = solved(&qr, target);
    for _ in 0..2 {
        let residuals = residuals(&scaled, &solution, target);
        let correction = solved(&qr, &residuals);
        let corrected: Vec<f64> =
            solution.iter().zip(&correction).map(|(value, change)| value + change).collect();
        if corrected.iter().all(|value| value.is_finite()) {
            solution = corrected;
        }
    }
    let coefficients = solution.iter().zip(&scales).map(|(value, scale)| value / scale).collect();
    let mut inverse = gram_inverse(qr.thin_R());
    for (row, first) in inverse.iter_mut().zip(&scales) {
        for (value, second) in row.iter_mut().zip(&scales) {
            *value /= first * second;
        }
    }
    Solution { kept, coefficients, inverse }
}

fn solved(qr: &Qr<f64>, target: &[f64]) -> Vec<f64> {
    let right = Mat::from_fn(target.len(), 1, |row, _| target.get(row).copied().unwrap_or(0.0));
    let solution = qr.solve_lstsq(right);
    (0..solution.nrows()).map(|row| *solution.get(row, 0)).collect()
}

/// (RᵀR)⁻¹ = R⁻¹R⁻ᵀ.
fn gram_inverse(triangle: MatRef<'_, f64>) -> Vec<Vec<f64>> {
    let n = triangle.ncols();
    let mut inverse = Mat::<f64>::identity(n, n);
    triangle.solve_upper_triangular_in_place(inverse.as_mut());
    let product = &inverse * inverse.transpose();
    (0..n).map(|row| (0..n).map(|column| *product.get(row, column)).collect()).collect()
}

fn matrix(columns: &[Vec<f64>]) -> Mat<f64> {
    let rows = columns.first().map_or(0, Vec::len);
    Mat::from_fn(rows, columns.len(), |row, column| {
        columns.get(column).and_then(|column| column.get(row)).copied().unwrap_or(0.0)
    })
}

fn over(column: &[f64], scale: f64) -> Vec<f64> {
    column.iter().map(|value| value / scale).collect()
}

/// The Euclidean length, without overflow.
pub fn length(column: &[f64]) -> f64 {
    let most = column.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    if most == 0.0 || !most.is_finite() {
        return most;
    }
    most * column.iter().map(|value| (value / most).powi(2)).sum::<f64>().sqrt()
}

fn power_of_two(size: f64) -> f64 {
    size.log2().round().clamp(-1000.0, 1000.0).exp2()
}

/// y − Xβ, each summed to twice the precision.
fn residuals(columns: &[Vec<f64>], coefficients: &[f64], target: &[f64]) -> Vec<f64> {
    let mut sums: Vec<(f64, f64)> = target.iter().map(|value| (*value, 0.0)).collect();
    for (column, coefficient) in columns.iter().zip(coefficients) {
        for ((high, low), value) in sums.iter_mut().zip(column) {
            let (product, error) = exact_product(-coefficient, *value);
            let (sum, lost) = exact_sum(*high, product);
            (*high, *low) = (sum, *low + (lost + error));
        }
    }
    sums.into_iter().map(|(high, low)| high + low).collect()
}

/// a + b and what rounding took from it (Knuth).
fn exact_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let back = sum - a;
    (sum, (a - (sum - back)) + (b - back))
}

/// a · b and what rounding took from it (Veltkamp and Dekker).
fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let halves = |x: f64| {
        let wide = x * 134_217_729.0;
        let high = wide - (wide - x);
        (high, x - high)
    };
    let (product, (ah, al), (bh, bl)) = (a * b, halves(a), halves(b));
    (product, ((ah * bh - product) + ah * bl + al * bh) + al * bl)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_columns_before_it_is_left_out() {
        let first = vec![1.0, 2.0, 3.0, 5.0];
        let second = vec![2.0, 1.0, 0.0, 4.0];
        let both: Vec<f64> = first.iter().zip(&second).map(|(a, b)| 0.1 * a - 3.0 * b).collect();
        let other = vec![0.0, 1.0, 0.0, 0.0];
        let columns = [first, vec![0.0; 4], both, second, other];
        let sizes: Vec<f64> = columns.iter().map(|column| length(column)).collect();
        // The second and the third are one after the other: the later of two goes.
        assert_eq!(independent(&columns, &sizes), [0, 2, 4]);
        let solution = solve(&columns, &sizes, &[1.0, 2.0, 3.0, 5.0]);
        assert_eq!(solution.kept, [0, 2, 4]);
        for (found, expected) in solution.coefficients.iter().zip([1.0, 0.0, 0.0]) {
            assert!((found - expected).abs() < 1e-14, "{found}");
        }
    }

    #[test]
    fn more_columns_than_rows_leave_some_out() {
        let columns = [vec![1.0, 0.0], vec![1.0, 1.0], vec![3.0, -1.0]];
        assert_eq!(independent(&columns, &[1.0, 1.4, 3.2]), [0, 1]);
    }

    #[test]
    fn products_and_sums_are_exact() {
        let (a, b) = (1.0 + f64::EPSILON, 1.0 - f64::EPSILON);
        let (product, error) = exact_product(a, b);
        assert_eq!((product, error), (1.0, -f64::EPSILON * f64::EPSILON));
        assert_eq!(exact_sum(1e16, 1.0), (1e16, 1.0));
    }

    /// Of y = 2 + 3x at 0, 1, 2 the inverse of XᵀX is (5, −3; −3, 3)/6.
    #[test]
    fn the_inverse_is_that_of_the_normal_equations() {
        let columns = [vec![1.0; 3], vec![0.0, 1.0, 2.0]];
        let solution = solve(&columns, &[1.7, 2.2], &[2.0, 5.0, 8.0]);
        let expected = [[5.0, -3.0], [-3.0, 3.0]];
        for (row, expected) in solution.inverse.iter().zip(expected) {
            for (value, expected) in row.iter().zip(expected) {
                assert!((value - expected / 6.0).abs() < 1e-14, "{value}");
            }
        }
        assert!((solution.coefficients[1] - 3.0).abs() < 1e-14);
    }
}
