use super::*;
use crate::testing::with_gil;
use crate::types::{long, tuple, unicode};

fn int(value: i64) -> Obj {
    long::from_i64(value).unwrap()
}

fn text(object: &Object) -> String {
    unicode::display(&object::repr(object).unwrap()).to_string()
}

/// Entries with every hash that matters: neighbours, equal low bits, equal in 32 bits.
fn keys() -> Vec<Obj> {
    let mut keys: Vec<Obj> = (0..100).map(int).collect();
    keys.extend((1..20).map(|i| int(i << 5)));
    keys.extend((1..20).map(|i| int(i << 20)));
    // The hash folds to 32 bits: these collide with small ones.
    keys.extend((0..40).map(|i| int((7 << 32) | (i ^ 7))));
    keys
}

#[test]
fn entries_come_and_go() {
    with_gil(|| {
        let keys = keys();
        let mut tries = vec![new().unwrap()];
        for (i, key) in keys.iter().enumerate() {
            let next = assoc(tries.last().unwrap(), key, &int(i as i64)).unwrap();
            tries.push(next);
        }
        let full = tries.last().unwrap().clone();
        let mut distinct: Vec<String> = keys.iter().map(|k| text(k)).collect();
        distinct.sort();
        distinct.dedup();
        assert_eq!(len(&full), distinct.len());
        // Older tries are as they were.
        for (n, trie) in tries.iter().enumerate() {
            for (i, key) in keys.iter().enumerate() {
                let found = find(trie, key).unwrap();
                assert!(found.is_some() == keys[..n].iter().any(|k| text(k) == text(key)), "{n} {i}");
            }
        }
        let mut seen = Vec::new();
        let mut entries = Entries::new(&full);
        while let Some((key, value)) = entries.next() {
            assert_eq!(text(&find(&full, &key).unwrap().unwrap()), text(&value));
            seen.push(text(&key));
        }
        seen.sort();
        assert_eq!(seen, distinct);
        let mut trie = full.clone();
        for (n, key) in distinct.iter().enumerate() {
            let key = long::from_text(key, 10).unwrap();
            trie = without_opt(&trie, &key).unwrap().unwrap();
            assert_eq!(len(&trie), distinct.len() - n - 1);
            assert!(find(&trie, &key).unwrap().is_none());
            assert!(without_opt(&trie, &key).unwrap().is_none());
        }
        assert_eq!(len(&trie), 0);
    });
}

#[test]
fn order_is_that_of_the_hashes() {
    with_gil(|| {
        let mut trie = new().unwrap();
        for i in 0..40 {
            let key = tuple::pack([int(i)]).unwrap();
            drop(key);
            trie = assoc(&trie, &int(i), &int(i)).unwrap();
        }
        let mut order = Vec::new();
        let mut entries = Entries::new(&trie);
        while let Some((key, _)) = entries.next() {
            order.push(long::as_i64(&key).unwrap());
        }
        // Five low bits first: 0, 32, 1, 33, ...
        let mut expected: Vec<i64> = (0..40).collect();
        expected.sort_by_key(|i| (i & 31, i >> 5));
        assert_eq!(order, expected);
    });
}

#[test]
fn equality_does_not_depend_on_history() {
    with_gil(|| {
        let keys = keys();
        let build = |keys: &mut dyn Iterator<Item = &Obj>| {
            keys.fold(new().unwrap(), |trie, key| assoc(&trie, key, key).unwrap())
        };
        let a = build(&mut keys.iter());
        let b = build(&mut keys.iter().rev());
        assert!(eq(&a, &b).unwrap());
        let c = assoc(&b, &int(5), &int(6)).unwrap();
        assert!(!eq(&a, &c).unwrap());
        assert!(!eq(&a, &without_opt(&a, &int(5)).unwrap().unwrap()).unwrap());
        crate::gc::collect_generation(2).unwrap();
        assert!(eq(&a, &b).unwrap());
    });
}
