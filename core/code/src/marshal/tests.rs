use super::{dump, dump_code, load, load_code};
use crate::{BigInt, CodeData, Constant, Text};
use std::sync::Arc;

fn constants() -> Vec<(Constant, &'static [u8])> {
    let big = |text: &str| Constant::Int(text.parse::<BigInt>().unwrap());
    vec![
        (Constant::int(-1), b"i\xff\xff\xff\xff"),
        (big("2147483648"), b"l\x03\0\0\0\0\0\0\0\x02\0"),
        (big("-100000000000000000000"), b"l\xfb\xff\xff\xff\0\0 F\xb5x:^V\0"),
        (Constant::Float(1.5), b"g\0\0\0\0\0\0\xf8?"),
        (Constant::Complex { real: 0.0, imag: 1.0 }, b"y\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0?"),
        (Constant::str("a"), b"Z\x01a"),
        (Constant::str("a b"), b"z\x03a b"),
        (Constant::Str(Text::from_code_points([0xD800].into_iter())), b"u\x03\0\0\0\xed\xa0\x80"),
        (Constant::Bytes(b"x"[..].into()), b"s\x01\0\0\0x"),
        (Constant::tuple([Constant::int(7), Constant::int(7)]), b")\x02\xe9\x07\0\0\0r\0\0\0\0"),
        (Constant::frozen_set([Constant::None]), b">\x01\0\0\0N"),
    ]
}

#[test]
fn values_have_the_documented_bytes() {
    for (constant, bytes) in constants() {
        assert_eq!(dump(&constant), bytes, "{constant:?}");
        assert_eq!(load(bytes).unwrap(), constant);
    }
}

#[test]
fn code_round_trips_with_shared_parts() {
    let inner = CodeData {
        code: b"d\0S\0".to_vec(),
        consts: vec![Constant::None, Constant::str("text"), Constant::tuple([Constant::int(1i64 << 40)])],
        varnames: vec!["x".into(), "\u{e9}".into()],
        filename: "<f>".into(),
        name: "f".into(),
        first_line: 3,
        flags: 0x43,
        stack_size: 1,
        ..CodeData::default()
    };
    let outer = Arc::new(CodeData {
        consts: vec![Constant::Code(inner.clone().into()), Constant::str("text"), Constant::str("f")],
        names: vec!["f".into()],
        ..inner
    });
    let bytes = dump_code(&outer);
    let back = load_code(&bytes).unwrap();
    assert_eq!(back, outer);
    assert_eq!((back.stack_size, &back.filename, &back.lnotab), (1, &outer.filename, &outer.lnotab));
    assert_eq!(dump_code(&back), bytes);
    for cut in 0..bytes.len() {
        assert!(load_code(&bytes[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn bad_data_gives_the_texts_of_cpython() {
    let deep: Vec<u8> = b")\x01".repeat(2500);
    let cases: [(&[u8], &str); 12] = [
        (b"", "EOF read where object expected"),
        (b"i\0", "marshal data too short"),
        (b"?", "bad marshal data (unknown type code)"),
        (b"r\0\0\0\0", "bad marshal data (invalid reference)"),
        (b"0", "NULL object in marshal data for object"),
        (b")\x010", "NULL object in marshal data for tuple"),
        (b"l\x01\0\0\0\xff\xff", "bad marshal data (digit out of range in long)"),
        (b"l\x01\0\0\0\0\0", "bad marshal data (unnormalized long data)"),
        (b"s\xff\xff\xff\xff", "bad marshal data (bytes object size out of range)"),
        (b"(\xff\xff\xff\xff", "bad marshal data (tuple size out of range)"),
        (b"\xa9\x01r\0\0\0\0", "bad marshal data (invalid reference)"),
        (&deep, "recursion limit exceeded"),
    ];
    for (bytes, text) in cases {
        assert_eq!(load(bytes).unwrap_err().to_string(), text);
    }
}
