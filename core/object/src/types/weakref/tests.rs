use super::*;
use crate::err::tests::taken;
use crate::testing::with_gil;
use crate::types::{list, long, set};

fn referent() -> Obj {
    set::new(None).unwrap()
}

#[test]
fn plain_references_are_shared() {
    with_gil(|| {
        let object = referent();
        let reference = new_ref(&object, None).unwrap();
        assert!(new_ref(&object, None).unwrap().is(&*reference));
        let proxy = new_proxy(&object, None).unwrap();
        assert!(new_proxy(&object, None).unwrap().is(&*proxy));
        assert_eq!(count(&object), 2);
        assert!(get(&reference).unwrap().is(&*object));
        assert!(get_object(&proxy).unwrap().is(&*object));
        drop(object);
        assert!(get(&reference).is_none() && get(&proxy).is_none());
        assert!(get_object(&reference).unwrap().is_none());
        assert!(object::len(&proxy).is_err());
        assert_eq!(taken(), "ReferenceError: weakly-referenced object no longer exists");
        assert!(new_ref(&*long::from_i64(1000).unwrap(), None).is_err());
        assert_eq!(taken(), "TypeError: cannot create weak reference to 'int' object");
    });
}

#[test]
fn callbacks_are_called_once_with_the_dead_reference() {
    with_gil(|| {
        let seen = list::new().unwrap();
        let append = object::get_attr_str(seen.object(), "append").unwrap();
        let object = referent();
        let kept = new_ref(&object, Some(&append)).unwrap();
        let dropped = new_ref(&object, Some(&append)).unwrap();
        let plain = new_ref(&object, None).unwrap();
        assert!(!kept.is(&*dropped));
        drop(dropped);
        assert_eq!(count(&object), 2);
        drop(object);
        assert_eq!(seen.len(), 1);
        assert!(seen.get(0).unwrap().is(&*kept) && get(&kept).is_none());
        drop(plain);
    });
}

#[test]
fn hashes_and_comparison() {
    with_gil(|| {
        let (a, b) = (referent(), referent());
        let (ra, rb) = (new_ref(&a, None).unwrap(), new_ref(&b, None).unwrap());
        assert!(object::rich_compare_bool(&ra, &rb, CompareOp::Eq).unwrap());
        assert!(object::hash(&ra).is_err());
        assert_eq!(taken(), "TypeError: unhashable type: 'set'");
        drop(a);
        assert!(!object::rich_compare_bool(&ra, &rb, CompareOp::Eq).unwrap());
        assert!(object::hash(&ra).is_err());
        assert_eq!(taken(), "TypeError: weak object has gone away");
        let shown = unicode::display(&object::repr(&ra).unwrap()).to_string();
        assert!(shown.starts_with("<weakref at 0x") && shown.ends_with("; dead>"), "{shown}");
    });
}

#[test]
fn proxies_pass_operations_on() {
    with_gil(|| {
        let object = referent();
        set::add(&object, &*long::from_i64(5).unwrap()).unwrap();
        let proxy = new_proxy(&object, None).unwrap();
        assert_eq!(object::len(&proxy).unwrap(), 1);
        assert!(crate::protocol::sequence::contains(&proxy, &*long::from_i64(5).unwrap()).unwrap());
        let union = crate::protocol::number::or(&proxy, &proxy).unwrap();
        assert!(object::rich_compare_bool(&union, &object, CompareOp::Eq).unwrap());
        assert!(object::rich_compare_bool(&proxy, &object, CompareOp::Eq).unwrap());
        let shown = unicode::display(&object::str(&proxy).unwrap()).to_string();
        assert_eq!(shown, "{5}");
        assert!(unicode::display(&object::repr(&proxy).unwrap()).to_string().contains(" to set at 0x"));
    });
}

#[test]
fn garbage_with_callbacks() {
    with_gil(|| {
        let seen = list::new().unwrap();
        let append = object::get_attr_str(seen.object(), "append").unwrap();
        let cycle = list::new().unwrap();
        let object = referent();
        let reference = new_ref(&object, Some(&append)).unwrap();
        // The set is part of the garbage through a cycle of lists.
        cycle.append(cycle.object()).unwrap();
        let holder = list::from_slice(&[cycle.object()]).unwrap();
        cycle.append(holder.object()).unwrap();
        drop(holder);
        let tuple = tuple::pack([object, cycle.clone().upcast()]).unwrap();
        cycle.append(&tuple).unwrap();
        drop(tuple);
        drop(cycle);
        crate::gc::collect_generation(2).unwrap();
        assert_eq!(seen.len(), 1);
        assert!(get(&reference).is_none());
    });
}
