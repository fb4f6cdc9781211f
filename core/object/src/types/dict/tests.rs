//! The table, its order, versions and sharing. Keys are strings and ints, so no Python code runs.

use super::*;
use crate::testing::with_gil;
use crate::types::long;

fn start() {
    crate::types::registry::init_builtin_types().expect("built-in types");
}

fn name(text: &str) -> Obj {
    unicode::intern_str(text).expect("memory")
}

fn number(value: i64) -> Obj {
    long::from_i64(value).expect("memory")
}

/// Keys and values in order.
fn contents(dict: &Object) -> Vec<(String, i64)> {
    let mut out = Vec::new();
    let mut position = 0;
    while let Some((key, value)) = next(dict, &mut position) {
        let key = if unicode::check(&key) {
            unicode::display(&key).to_string()
        } else {
            long::as_i64(&key).unwrap().to_string()
        };
        out.push((key, long::as_i64(&value).unwrap()));
    }
    out
}

#[test]
fn agrees_with_a_plain_list_of_pairs() {
    with_gil(|| {
        start();
        for mixed in [false, true] {
            let dict = new().unwrap();
            let mut model: Vec<(String, i64)> = Vec::new();
            let mut state = 12345u64;
            for step in 0..4000i64 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let choice = (state >> 33) % 300;
                let as_int = mixed && choice.is_multiple_of(3);
                let text = if as_int { choice.to_string() } else { format!("k{choice}") };
                let key = if as_int { number(choice as i64) } else { unicode::from_str(&text).unwrap() };
                let at = model.iter().position(|(k, _)| *k == text);
                match (state >> 20) % 8 {
                    0..=4 => {
                        set_item(&dict, &key, &number(step)).unwrap();
                        match at {
                            Some(i) => model[i].1 = step,
                            None => model.push((text, step)),
                        }
                    }
                    5 => {
                        let popped = pop(&dict, &key).unwrap().map(|v| long::as_i64(&v).unwrap());
                        assert_eq!(popped, at.map(|i| model.remove(i).1));
                    }
                    6 => {
                        let found = get_item(&dict, &key).unwrap().map(|v| long::as_i64(&v).unwrap());
                        assert_eq!(found, at.map(|i| model[i].1));
                    }
                    _ => {
                        let last = pop_item(&dict).unwrap();
                        assert_eq!(last.map(|(_, v)| long::as_i64(&v).unwrap()), model.pop().map(|(_, v)| v));
                    }
                }
                assert_eq!(len(&dict), model.len());
            }
            assert_eq!(contents(&dict), model);
            let twin = copy(&dict).unwrap();
            assert_eq!(contents(&twin), model);
            clear(&dict);
            assert_eq!(contents(&dict), []);
            assert_eq!(contents(&twin), model);
        }
    });
}

#[test]
fn versions_are_unique_and_change() {
    with_gil(|| {
        start();
        let dict = new().unwrap();
        let (key, value) = (name("version"), number(1000));
        let mut seen = vec![version(&dict)];
        let mut changed = |dict: &Object, expected: bool| {
            let now = version(dict);
            assert_eq!(!seen.contains(&now), expected);
            seen.push(now);
        };
        set_item(&dict, &key, &value).unwrap();
        changed(&dict, true);
        set_item(&dict, &key, &value).unwrap();
        changed(&dict, false);
        set_item(&dict, &key, &number(1001)).unwrap();
        changed(&dict, true);
        changed(&copy(&dict).unwrap(), true);
        changed(&new().unwrap(), true);
        del_item(&dict, &key).unwrap();
        changed(&dict, true);
        set_item(&dict, &key, &value).unwrap();
        changed(&dict, true);
        clear(&dict);
        changed(&dict, true);
    });
}

#[test]
fn sizes_are_those_of_the_reference() {
    // (keys, bytes without the GC header)
    const CASES: &[(i64, usize)] =
        &[(0, 48), (1, 216), (5, 216), (6, 344), (10, 344), (11, 624), (22, 1160), (50, 2256), (100, 4680)];
    with_gil(|| {
        start();
        for &(count, bytes) in CASES {
            let dict = new().unwrap();
            for i in 0..count {
                set_item(&dict, &number(i), &number(i)).unwrap();
            }
            assert_eq!(size_of(&dict), bytes, "{count} keys");
            let merged = new().unwrap();
            merge(&merged, &dict, true).unwrap();
            assert_eq!(size_of(&merged), bytes, "{count} keys, merged");
            assert_eq!(size_of(&copy(&dict).unwrap()), bytes, "{count} keys, copied");
        }
    });
}

#[test]
fn shared_keys() {
    with_gil(|| {
        start();
        // A heap type is stood in for by its memory: only flags and `ht_cached_keys` are looked at.
        let mut class = Box::new(PyHeapTypeObject::ZEROED);
        class.ht_type.tp_flags = Py_TPFLAGS_HEAPTYPE;
        class.ht_cached_keys = new_keys_for_class().unwrap();
        let type_ptr: *mut PyTypeObject = (&raw mut *class).cast();
        let names: Vec<Obj> = (0..12).map(|i| name(&format!("attribute{i}"))).collect();
        let mut dicts: Vec<*mut PyObject> = Vec::new();
        for round in 0..3 {
            let mut place = null_mut();
            for (i, name) in names.iter().take(4).enumerate() {
                // SAFETY: the memory above has the fields that are read.
                unsafe {
                    object_dict_set_item(
                        type_ptr,
                        &raw mut place,
                        name,
                        Some(&number(round * 100 + i as i64)),
                    )
                    .unwrap();
                }
            }
            dicts.push(place);
        }
        // SAFETY: the dicts are owned by this test.
        let views: Vec<&Object> = dicts.iter().map(|&dict| unsafe { Object::from_ptr(dict) }).collect();
        assert!(views.iter().all(|dict| keys_table(dict) == class.ht_cached_keys));
        for (round, dict) in views.iter().enumerate() {
            let expected: Vec<_> =
                (0..4).map(|i| (format!("attribute{i}"), round as i64 * 100 + i)).collect();
            assert_eq!(contents(dict), expected);
            // SAFETY: the dict is not changed meanwhile.
            let value = unsafe { value_of(dict, 2, &names[2]) }.map(|v| long::as_i64(v).unwrap());
            assert_eq!(value, Some(round as i64 * 100 + 2));
            // SAFETY: the dict is not changed meanwhile.
            assert!(unsafe { value_of(dict, 2, &names[1]) }.is_none());
        }
        assert_eq!(size_of(views[0]), 48 + 5 * 8);
        // Storing by number: over a value, and as the next shared key.
        let index = entry_of(views[1], &names[3]).unwrap();
        assert!(store(views[1], index, &names[3], number(7)).is_ok());
        assert_eq!(contents(views[1])[3].1, 7);
        set_item(views[0], &names[4], &number(4)).unwrap();
        assert!(store(views[1], 4, &names[4], number(44)).is_ok());
        assert_eq!(contents(views[1])[4], ("attribute4".to_owned(), 44));
        // Deleting, and adding out of order, gives a dict a table of its own.
        assert!(pop(views[0], &names[0]).unwrap().is_some());
        assert!(keys_table(views[0]) != class.ht_cached_keys);
        assert_eq!(contents(views[0]).len(), 4);
        let mut place = null_mut();
        // SAFETY: as above.
        unsafe {
            object_dict_set_item(type_ptr, &raw mut place, &names[2], Some(&number(1))).unwrap();
            assert_eq!(contents(Object::from_ptr(place)), [("attribute2".to_owned(), 1)]);
        }
        dicts.push(place);
        for name in &names {
            set_item(views[2], name, &number(9)).unwrap();
        }
        assert_eq!(contents(views[2]).len(), 12);
        assert_eq!(contents(views[1]).len(), 5);
        for dict in dicts {
            // SAFETY: gives up the test's references.
            unsafe { refcount::decref(dict) };
        }
        // Attributes in another order ended the sharing.
        assert!(class.ht_cached_keys.is_null());
    });
}

#[test]
fn the_first_instance_grows_the_shared_table() {
    with_gil(|| {
        start();
        let mut class = Box::new(PyHeapTypeObject::ZEROED);
        class.ht_type.tp_flags = Py_TPFLAGS_HEAPTYPE;
        class.ht_cached_keys = new_keys_for_class().unwrap();
        let type_ptr: *mut PyTypeObject = (&raw mut *class).cast();
        let fill = |count: usize| {
            let mut place = null_mut();
            for i in 0..count {
                let name = name(&format!("grown{i}"));
                // SAFETY: the memory above has the fields that are read.
                unsafe {
                    object_dict_set_item(type_ptr, &raw mut place, &name, Some(&number(i as i64))).unwrap()
                };
            }
            // SAFETY: the dict that was made is owned here.
            unsafe { Obj::<Object>::from_owned_ptr(place) }
        };
        let first = fill(9);
        let second = fill(9);
        assert!(keys_table(&first) == class.ht_cached_keys && keys_table(&second) == class.ht_cached_keys);
        assert_eq!(contents(&first), contents(&second));
        drop(first);
        let third = fill(3);
        assert_eq!(contents(&third).len(), 3);
        drop(second);
        drop(third);
        // SAFETY: gives up the class's use.
        unsafe { keys_decref(class.ht_cached_keys) };
    });
}
