//! Growth, slices and sorting; the keys are ints and strings, so no Python code runs.

use super::*;
use crate::testing::with_gil;
use crate::types::{float, long, slice, unicode};

fn start() {
    crate::types::registry::init_builtin_types().expect("built-in types");
}

fn ints(values: &[i64]) -> Obj<List> {
    from_vec(values.iter().map(|&v| long::from_i64(v).unwrap()).collect()).unwrap()
}

fn values(list: &List) -> Vec<i64> {
    (0..list.len()).map(|i| long::as_i64(&list.get(i).unwrap()).unwrap()).collect()
}

#[test]
fn grows_like_the_reference() {
    with_gil(|| {
        start();
        let list = new().unwrap();
        let mut sizes = Vec::new();
        for i in 0..70 {
            list.push(long::from_i64(i).unwrap()).unwrap();
            // SAFETY: a live list.
            let allocated = unsafe { (*list.as_raw()).allocated };
            if sizes.last() != Some(&allocated) {
                sizes.push(allocated);
            }
        }
        assert_eq!(sizes, [4, 8, 16, 24, 32, 40, 52, 64, 76]);
    });
}

#[test]
fn slices_agree_with_a_vector() {
    with_gil(|| {
        start();
        let bounds = [None, Some(-7i64), Some(-3), Some(-1), Some(0), Some(1), Some(2), Some(5), Some(9)];
        let object = |b: Option<i64>| b.map(|b| long::from_i64(b).unwrap());
        let model: Vec<i64> = (0..6).map(|i| i * 1000).collect();
        for start in bounds {
            for stop in bounds {
                for step in [-3i64, -1, 1, 2] {
                    let key = slice::new(
                        object(start).as_deref(),
                        object(stop).as_deref(),
                        Some(&long::from_i64(step).unwrap()),
                    )
                    .unwrap();
                    let (at, _, step, count) = slice::indices(&key, model.len()).unwrap();
                    let expected: Vec<i64> =
                        (0..count).map(|i| model[(at + i as isize * step) as usize]).collect();
                    let list = ints(&model);
                    let part = methods::subscript(&list, &key).unwrap();
                    assert_eq!(values(part.downcast().unwrap()), expected);
                }
            }
        }
        let list = ints(&model);
        list.set_range(1, 3, Some(&*ints(&[1, 2, 3, 4]))).unwrap();
        assert_eq!(values(&list), [0, 1, 2, 3, 4, 3000, 4000, 5000]);
        list.set_range(2, 7, None).unwrap();
        assert_eq!(values(&list), [0, 1, 5000]);
        list.set_range(1, 1, Some(&list)).unwrap();
        assert_eq!(values(&list), [0, 0, 1, 5000, 1, 5000]);
        list.insert(-100, &long::from_i64(9).unwrap()).unwrap();
        list.insert(100, &long::from_i64(8).unwrap()).unwrap();
        assert_eq!(values(&list), [9, 0, 0, 1, 5000, 1, 5000, 8]);
        list.set_range(0, 100, Some(&*new().unwrap())).unwrap();
        assert!(list.is_empty());
    });
}

/// Numbers in patterns that merging and galloping meet: random, few different, sorted with disorder, organ pipes.
fn patterns() -> Vec<Vec<i64>> {
    let mut state = 99u64;
    let mut random = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as i64
    };
    let mut all = vec![vec![], vec![1], vec![2, 1]];
    for n in [3usize, 31, 64, 65, 100, 500, 1500] {
        all.push((0..n).map(|_| random()).collect());
        all.push((0..n).map(|_| random() % 5).collect());
        all.push((0..n as i64).collect());
        all.push((0..n as i64).rev().collect());
        all.push((0..n as i64).map(|i| if i % 50 == 49 { random() % 1000 } else { i }).collect());
        all.push((0..n as i64).map(|i| i.min(n as i64 - i)).collect());
        all.push((0..n as i64).map(|i| (i * 7919) % n as i64).collect());
    }
    all
}

#[test]
fn sorts_numbers_and_strings() {
    with_gil(|| {
        start();
        for pattern in patterns() {
            let mut expected = pattern.clone();
            expected.sort();
            let list = ints(&pattern);
            list.sort().unwrap();
            assert_eq!(values(&list), expected);
            list.sort_by(None, true).unwrap();
            expected.reverse();
            assert_eq!(values(&list), expected);

            let floats: Vec<Obj> =
                pattern.iter().map(|&v| float::from_f64(v as f64 - 100.5).unwrap()).collect();
            let list = from_vec(floats).unwrap();
            list.sort().unwrap();
            let sorted: Vec<f64> =
                (0..list.len()).map(|i| float::as_f64(&list.get(i).unwrap()).unwrap()).collect();
            assert!(sorted.is_sorted(), "{sorted:?}");

            // Texts of different widths take the general path.
            for wide in ["", "\u{100}"] {
                let texts: Vec<Obj> = pattern
                    .iter()
                    .map(|v| unicode::from_str(&format!("item number {v}{wide}")).unwrap())
                    .collect();
                let list = from_vec(texts).unwrap();
                list.sort().unwrap();
                let sorted: Vec<String> =
                    (0..list.len()).map(|i| unicode::display(&list.get(i).unwrap()).to_string()).collect();
                assert!(sorted.is_sorted());
                assert_eq!(sorted.len(), pattern.len());
            }
        }
    });
}

#[test]
fn general_sort_is_stable() {
    with_gil(|| {
        start();
        for pattern in patterns() {
            // Ints beyond two digits are compared by the slot: the general path. Equal ones are told apart by identity.
            let big: Vec<Obj> = pattern
                .iter()
                .map(|&v| long::lshift_by(&long::from_i64(v + 1).unwrap(), 70).unwrap())
                .collect();
            let addresses: Vec<*mut PyObject> = big.iter().map(|o| o.as_ptr()).collect();
            let mut expected: Vec<usize> = (0..pattern.len()).collect();
            expected.sort_by_key(|&i| pattern[i]);
            let list = from_vec(big).unwrap();
            for reverse in [false, true] {
                // SAFETY: the list is not changed meanwhile.
                let list = from_slice(unsafe { list.items() }).unwrap();
                list.sort_by(None, reverse).unwrap();
                if reverse {
                    expected = (0..pattern.len()).collect();
                    expected.sort_by(|&i, &j| pattern[j].cmp(&pattern[i]));
                }
                let order: Vec<usize> = (0..list.len())
                    .map(|i| {
                        let item = list.get(i).unwrap();
                        addresses.iter().position(|&a| a == item.as_ptr()).unwrap()
                    })
                    .collect();
                assert_eq!(order, expected);
            }
        }
    });
}
