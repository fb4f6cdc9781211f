//! The tree seen generically: a static description of every type, and nodes as name plus fields in both directions.
//!
//! [`Node`] turns typed nodes into fields ([`Node::field`]); [`Read`] builds typed nodes by pulling fields out of foreign
//! objects through a [`Reader`]. The `_ast` module's conversions and the dump use these and nothing else.

use super::*;
use crate::Arena;

/// How often a field occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    One,
    /// `?`: may be absent (None).
    Optional,
    /// `*`: a list.
    Sequence,
    /// `*`: a list whose elements may be absent, as `Dict.keys` has them.
    Holes,
}

/// A field of a constructor.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    /// The name of the field's type in the abstract grammar, such as `expr` or `identifier`.
    pub ty: &'static str,
    pub quantity: Quantity,
}

impl Field {
    /// `?`, `*` or nothing, as the abstract grammar writes it.
    pub fn suffix(&self) -> &'static str {
        match self.quantity {
            Quantity::One => "",
            Quantity::Optional => "?",
            Quantity::Sequence | Quantity::Holes => "*",
        }
    }
}

/// A constructor: one class of the `_ast` module.
#[derive(Debug)]
pub struct Constructor {
    pub name: &'static str,
    pub fields: &'static [Field],
}

impl Constructor {
    /// The signature as the abstract grammar writes it; the class's docstring.
    pub fn signature(&self) -> String {
        if self.fields.is_empty() {
            return self.name.into();
        }
        let fields: Vec<_> =
            self.fields.iter().map(|f| format!("{}{} {}", f.ty, f.suffix(), f.name)).collect();
        format!("{}({})", self.name, fields.join(", "))
    }
}

/// What kind of type an entry of [`TYPES`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A base class with one class per constructor.
    Sum,
    /// Like `Sum`, the constructors have no fields and are represented by one shared instance each.
    Enum,
    /// One class, which is its own only constructor.
    Product,
}

/// A type of the abstract grammar.
#[derive(Debug)]
pub struct Type {
    pub name: &'static str,
    pub shape: Shape,
    pub constructors: &'static [Constructor],
    /// The position attributes, or none.
    pub attributes: &'static [Field],
}

impl Type {
    /// The definition as the abstract grammar writes it; the base class's docstring.
    pub fn definition(&self) -> String {
        let signatures: Vec<_> = self.constructors.iter().map(Constructor::signature).collect();
        match self.shape {
            Shape::Product => signatures[0].clone(),
            Shape::Enum => format!("{} = {}", self.name, signatures.join(" | ")),
            Shape::Sum => {
                let separator = format!("\n{:1$}| ", "", self.name.len() + 1);
                format!("{} = {}", self.name, signatures.join(&separator))
            }
        }
    }
}

/// The attributes of located types.
pub static POSITION: [Field; 4] = [
    Field { name: "lineno", ty: "int", quantity: Quantity::One },
    Field { name: "col_offset", ty: "int", quantity: Quantity::One },
    Field { name: "end_lineno", ty: "int", quantity: Quantity::Optional },
    Field { name: "end_col_offset", ty: "int", quantity: Quantity::Optional },
];

/// A field's value.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    None,
    Node(Node<'a>),
    /// A member of an enum: its type and the index of its constructor.
    Enum(&'static Type, usize),
    Int(i32),
    Identifier(&'a str),
    String(&'a Wtf8),
    Constant(Constant<'a>),
    List(&'a dyn List<'a>),
}

/// A field that holds a list.
pub trait List<'a> {
    fn len(&self) -> usize;
    fn get(&self, index: usize) -> Value<'a>;
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, T: Reflect<'a>> List<'a> for &'a [T] {
    fn len(&self) -> usize {
        <[T]>::len(self)
    }

    fn get(&self, index: usize) -> Value<'a> {
        self[index].value()
    }
}

/// What a field can hold.
pub trait Reflect<'a>: Copy + 'a {
    fn value(self) -> Value<'a>;
}

impl<'a> Reflect<'a> for i32 {
    fn value(self) -> Value<'a> {
        Value::Int(self)
    }
}

impl<'a> Reflect<'a> for &'a str {
    fn value(self) -> Value<'a> {
        Value::Identifier(self)
    }
}

impl<'a> Reflect<'a> for &'a Wtf8 {
    fn value(self) -> Value<'a> {
        Value::String(self)
    }
}

impl<'a> Reflect<'a> for Constant<'a> {
    fn value(self) -> Value<'a> {
        Value::Constant(self)
    }
}

impl<'a, T: Reflect<'a>> Reflect<'a> for Option<T> {
    fn value(self) -> Value<'a> {
        self.map_or(Value::None, T::value)
    }
}

/// The source of a tree in foreign objects. Every method may fail with the source's own error, which is passed on.
pub trait Reader<'a> {
    type Object;
    type Error;

    /// The index of the constructor of `ty` that `object` is an instance of. Also called for enums. The reader reports an
    /// object that belongs to no constructor; it counts nesting here and in [`Reader::leave`].
    fn enter(&mut self, object: &Self::Object, ty: &'static Type) -> Result<usize, Self::Error>;

    /// Called when everything of a node has been read.
    fn leave(&mut self, _ty: &'static Type) {}

    /// Whether the object stands for absence.
    fn is_none(&mut self, object: &Self::Object) -> bool;

    /// A field or attribute of `object`. For fields that must be present the reader reports absence; for optional ones
    /// it answers `None`.
    fn field(
        &mut self,
        object: &Self::Object,
        owner: &'static str,
        field: &'static Field,
    ) -> Result<Option<Self::Object>, Self::Error>;

    /// The elements of a list field.
    fn list(
        &mut self,
        list: &Self::Object,
        owner: &'static str,
        field: &'static Field,
    ) -> Result<Vec<Self::Object>, Self::Error>;

    /// A required field, or the element of a list, is absent (None).
    fn missing(&mut self, owner: &'static str, field: &'static Field) -> Self::Error;

    fn int(&mut self, object: &Self::Object) -> Result<i32, Self::Error>;
    fn identifier(&mut self, object: &Self::Object) -> Result<&'a str, Self::Error>;
    fn string(&mut self, object: &Self::Object) -> Result<&'a Wtf8, Self::Error>;
    fn constant(&mut self, object: &Self::Object) -> Result<Constant<'a>, Self::Error>;
}

/// What can be built from foreign objects.
pub trait Read<'a>: Copy + Sized {
    fn read<R: Reader<'a>>(arena: &'a Arena, from: &mut R, object: &R::Object) -> Result<Self, R::Error>;
}

macro_rules! read_scalar {
    ($($ty:ty, $method:ident;)*) => { $(
        impl<'a> Read<'a> for $ty {
            fn read<R: Reader<'a>>(_: &'a Arena, from: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                from.$method(object)
            }
        }
    )* };
}
read_scalar! { i32, int; &'a str, identifier; &'a Wtf8, string; Constant<'a>, constant; }

/// How a quantity of a type is built; `Self` is the Rust type of the field.
trait ReadField<'a>: Sized {
    fn read_field<R: Reader<'a>>(
        arena: &'a Arena,
        from: &mut R,
        object: &R::Object,
        owner: &'static str,
        field: &'static Field,
    ) -> Result<Self, R::Error>;
}

/// Marks a required field, so that the impls for quantities do not overlap.
struct One<T>(T);

impl<'a, T: Read<'a>> ReadField<'a> for One<T> {
    fn read_field<R: Reader<'a>>(
        arena: &'a Arena,
        from: &mut R,
        object: &R::Object,
        owner: &'static str,
        field: &'static Field,
    ) -> Result<Self, R::Error> {
        match from.field(object, owner, field)? {
            Some(value) if takes_none(field.ty) || !from.is_none(&value) => {
                T::read(arena, from, &value).map(One)
            }
            _ => Err(from.missing(owner, field)),
        }
    }
}

/// None is a constant, and as a number or operator it is wrong in a way of its own; otherwise it stands for absence.
fn takes_none(ty: &str) -> bool {
    matches!(ty, "int" | "constant" | "expr_context" | "boolop" | "operator" | "unaryop" | "cmpop")
}

impl<'a, T: Read<'a>> ReadField<'a> for Option<T> {
    fn read_field<R: Reader<'a>>(
        arena: &'a Arena,
        from: &mut R,
        object: &R::Object,
        owner: &'static str,
        field: &'static Field,
    ) -> Result<Self, R::Error> {
        match from.field(object, owner, field)? {
            Some(value) if !from.is_none(&value) => T::read(arena, from, &value).map(Some),
            _ => Ok(None),
        }
    }
}

impl<'a, T: Read<'a>> ReadField<'a> for &'a [T] {
    fn read_field<R: Reader<'a>>(
        arena: &'a Arena,
        from: &mut R,
        object: &R::Object,
        owner: &'static str,
        field: &'static Field,
    ) -> Result<Self, R::Error> {
        let Some(list) = from.field(object, owner, field)? else { return Err(from.missing(owner, field)) };
        let mut items = Vec::new();
        for item in from.list(&list, owner, field)? {
            if !takes_none(field.ty) && from.is_none(&item) {
                return Err(from.missing(owner, field));
            }
            items.push(T::read(arena, from, &item)?);
        }
        Ok(arena.alloc_slice(&items))
    }
}

impl<'a, T: Read<'a>> ReadField<'a> for &'a [Option<T>] {
    fn read_field<R: Reader<'a>>(
        arena: &'a Arena,
        from: &mut R,
        object: &R::Object,
        owner: &'static str,
        field: &'static Field,
    ) -> Result<Self, R::Error> {
        let Some(list) = from.field(object, owner, field)? else { return Err(from.missing(owner, field)) };
        let mut items = Vec::new();
        for item in from.list(&list, owner, field)? {
            items.push(if from.is_none(&item) { None } else { Some(T::read(arena, from, &item)?) });
        }
        Ok(arena.alloc_slice(&items))
    }
}

macro_rules! read_quantity {
    ($arena:ident $from:ident $object:ident $con:ident $index:expr, one $ty:ident) => {
        <One<field_type!('a one $ty)>>::read_field($arena, $from, $object, $con.name, &$con.fields[$index])?.0
    };
    ($arena:ident $from:ident $object:ident $con:ident $index:expr, $q:ident $ty:ident) => {
        <field_type!('a $q $ty)>::read_field($arena, $from, $object, $con.name, &$con.fields[$index])?
    };
}

fn read_span<'a, R: Reader<'a>>(
    arena: &'a Arena,
    from: &mut R,
    object: &R::Object,
    owner: &'static str,
) -> Result<Span, R::Error> {
    Ok(Span {
        lineno: <One<i32>>::read_field(arena, from, object, owner, &POSITION[0])?.0,
        col_offset: <One<i32>>::read_field(arena, from, object, owner, &POSITION[1])?.0,
        end_lineno: <Option<i32>>::read_field(arena, from, object, owner, &POSITION[2])?.unwrap_or(0),
        end_col_offset: <Option<i32>>::read_field(arena, from, object, owner, &POSITION[3])?.unwrap_or(0),
    })
}

/// The name of a field as Python has it; `type` must be written raw in the table.
const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', rest @ ..] => match std::str::from_utf8(rest) {
            Ok(rest) => rest,
            Err(_) => name,
        },
        _ => name,
    }
}

macro_rules! quantity {
    (one) => {
        Quantity::One
    };
    (opt) => {
        Quantity::Optional
    };
    (seq) => {
        Quantity::Sequence
    };
    (holes) => {
        Quantity::Holes
    };
}

macro_rules! constructor {
    ($con:expr, $($q:ident $ty:ident $field:ident),*) => {
        Constructor {
            name: $con,
            fields: &[$(Field { name: plain(stringify!($field)), ty: stringify!($ty), quantity: quantity!($q) }),*],
        }
    };
}

/// Sums: `$access` gets at the constructors' enum, `$located` says whether positions come along.
macro_rules! reflect_sum {
    ($py:ident $name:ident $kind:ident $attributes:expr, { $($con:ident { $($q:ident $ty:ident $field:ident),* })* }) => {
        impl<'a> $name<'a> {
            /// The description of this type.
            pub const TYPE: &'static Type = {
                // A static, so that its address is its identity.
                static TYPE: Type = Type {
                    name: stringify!($py),
                    shape: Shape::Sum,
                    constructors: &[$(constructor!(stringify!($con), $($q $ty $field),*)),*],
                    attributes: $attributes,
                };
                &TYPE
            };
        }

        impl<'a> Reflect<'a> for &'a $name<'a> {
            fn value(self) -> Value<'a> {
                Value::Node(Node::$name(self))
            }
        }

        impl<'a> $kind<'a> {
            #[allow(unused_assignments, unused_mut, unused_variables, reason = "constructors without fields")]
            fn reflect_field(&'a self, index: usize) -> Value<'a> {
                match self {
                    $($kind::$con { $($field),* } => {
                        let mut i = 0;
                        $(
                            if i == index {
                                return reflect_quantity!($q $field);
                            }
                            i += 1;
                        )*
                    })*
                }
                Value::None
            }

            fn constructor_index(&self) -> usize {
                #[allow(clippy::enum_variant_names, reason = "the names are Python's")]
                #[allow(dead_code, reason = "only the numbers are used")]
                enum Index { $($con),* }
                match self {
                    $($kind::$con { .. } => Index::$con as usize,)*
                }
            }

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "constructors without fields")]
            fn read_constructor<R: Reader<'a>>(
                arena: &'a Arena,
                from: &mut R,
                object: &R::Object,
                index: usize,
            ) -> Result<Self, R::Error> {
                let con = &$name::TYPE.constructors[index];
                let mut current = 0;
                $(
                    if current == index {
                        let mut i = 0;
                        return Ok($kind::$con { $($field: {
                            let value = read_quantity!(arena from object con i, $q $ty);
                            i += 1;
                            value
                        }),* });
                    }
                    current += 1;
                )*
                unreachable!("constructor index out of range")
            }
        }
    };
}

macro_rules! reflect_quantity {
    (seq $field:ident) => {
        Value::List($field)
    };
    (holes $field:ident) => {
        Value::List($field)
    };
    ($q:ident $field:ident) => {
        (*$field).value()
    };
}

macro_rules! reflect_product {
    ($py:ident $name:ident $attributes:expr, { $($q:ident $ty:ident $field:ident),* }) => {
        impl<'a> $name<'a> {
            /// The description of this type.
            pub const TYPE: &'static Type = {
                // A static, so that its address is its identity.
                static TYPE: Type = Type {
                    name: stringify!($py),
                    shape: Shape::Product,
                    constructors: &[constructor!(stringify!($py), $($q $ty $field),*)],
                    attributes: $attributes,
                };
                &TYPE
            };

            fn reflect_field(&'a self, index: usize) -> Value<'a> {
                let mut i = 0;
                $(
                    let $field = &self.$field;
                    if i == index {
                        return reflect_quantity!($q $field);
                    }
                    i += 1;
                )*
                let _ = i;
                Value::None
            }
        }

        impl<'a> Reflect<'a> for &'a $name<'a> {
            fn value(self) -> Value<'a> {
                Value::Node(Node::$name(self))
            }
        }
    };
}

macro_rules! reflect_types {
    ($($section:ident { $($body:tt)* })*) => { $(reflect_types!(@$section $($body)*);)* };

    (@sums $($py:ident $name:ident { $($body:tt)* })*) => { $(
        reflect_sum!($py $name $name &[], { $($body)* });

        impl<'a> Read<'a> for $name<'a> {
            fn read<R: Reader<'a>>(arena: &'a Arena, from: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                let index = from.enter(object, $name::TYPE)?;
                let node = $name::read_constructor(arena, from, object, index);
                from.leave($name::TYPE);
                node
            }
        }

        impl<'a> Read<'a> for &'a $name<'a> {
            fn read<R: Reader<'a>>(arena: &'a Arena, from: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                $name::read(arena, from, object).map(|node| arena.alloc(node))
            }
        }
    )* };

    (@located_sums $($py:ident $name:ident $kind:ident { $($body:tt)* })*) => { $(
        reflect_sum!($py $name $kind &POSITION, { $($body)* });

        impl<'a> Read<'a> for &'a $name<'a> {
            fn read<R: Reader<'a>>(arena: &'a Arena, from: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                // The positions of sums are read before the constructor is determined.
                let span = read_span(arena, from, object, stringify!($py))?;
                let index = from.enter(object, $name::TYPE)?;
                let kind = $kind::read_constructor(arena, from, object, index);
                from.leave($name::TYPE);
                Ok(arena.alloc($name { kind: kind?, span }))
            }
        }
    )* };

    (@products $($py:ident $name:ident { $($q:ident $ty:ident $field:ident),* })*) => { $(
        reflect_product!($py $name &[], { $($q $ty $field),* });

        impl<'a> Read<'a> for &'a $name<'a> {
            #[allow(unused_assignments, reason = "the last increment")]
            fn read<R: Reader<'a>>(arena: &'a Arena, from: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                let con = &$name::TYPE.constructors[from.enter(object, $name::TYPE)?];
                let mut i = 0;
                $(
                    let $field = read_quantity!(arena from object con i, $q $ty);
                    i += 1;
                )*
                from.leave($name::TYPE);
                Ok(arena.alloc($name { $($field),* }))
            }
        }
    )* };

    (@located_products $($py:ident $name:ident { $($q:ident $ty:ident $field:ident),* })*) => { $(
        reflect_product!($py $name &POSITION, { $($q $ty $field),* });

        impl<'a> Read<'a> for &'a $name<'a> {
            #[allow(unused_assignments, reason = "the last increment")]
            fn read<R: Reader<'a>>(arena: &'a Arena, from: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                let con = &$name::TYPE.constructors[from.enter(object, $name::TYPE)?];
                let mut i = 0;
                $(
                    let $field = read_quantity!(arena from object con i, $q $ty);
                    i += 1;
                )*
                let span = read_span(arena, from, object, stringify!($py))?;
                from.leave($name::TYPE);
                Ok(arena.alloc($name { $($field,)* span }))
            }
        }
    )* };

    (@enums $($py:ident $name:ident { $($con:ident)* })*) => { $(
        impl $name {
            /// The description of this type.
            pub const TYPE: &'static Type = {
                // A static, so that its address is its identity.
                static TYPE: Type = Type {
                    name: stringify!($py),
                    shape: Shape::Enum,
                    constructors: &[$(Constructor { name: stringify!($con), fields: &[] }),*],
                    attributes: &[],
                };
                &TYPE
            };
            const ALL: &'static [$name] = &[$($name::$con),*];
        }

        impl<'a> Reflect<'a> for $name {
            fn value(self) -> Value<'a> {
                Value::Enum($name::TYPE, self as usize)
            }
        }

        impl<'a> Read<'a> for $name {
            fn read<R: Reader<'a>>(_: &'a Arena, from: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                let index = from.enter(object, $name::TYPE)?;
                from.leave($name::TYPE);
                Ok($name::ALL[index])
            }
        }
    )* };
}

for_each_ast_type!(reflect_types);

macro_rules! nodes {
    ($($section:ident { $($body:tt)* })*) => { nodes!(@collect [] $($section { $($body)* })*); };

    (@collect [$($done:tt)*] enums { $($body:tt)* } $($rest:tt)*) => { nodes!(@collect [$($done)*] $($rest)*); };
    (@collect [$($done:tt)*] sums { $($py:ident $name:ident { $($cons:tt)* })* } $($rest:tt)*) => {
        nodes!(@collect [$($done)* $($name $name plain,)*] $($rest)*);
    };
    (@collect [$($done:tt)*] located_sums { $($py:ident $name:ident $kind:ident { $($cons:tt)* })* } $($rest:tt)*) => {
        nodes!(@collect [$($done)* $($name $kind located_sum,)*] $($rest)*);
    };
    (@collect [$($done:tt)*] products { $($py:ident $name:ident { $($fields:tt)* })* } $($rest:tt)*) => {
        nodes!(@collect [$($done)* $($name $name product,)*] $($rest)*);
    };
    (@collect [$($done:tt)*] located_products { $($py:ident $name:ident { $($fields:tt)* })* } $($rest:tt)*) => {
        nodes!(@collect [$($done)* $($name $name located_product,)*] $($rest)*);
    };

    (@collect [$($name:ident $kind:ident $shape:ident,)*]) => {
        /// Any node.
        #[derive(Clone, Copy, Debug)]
        pub enum Node<'a> { $($name(&'a $name<'a>)),* }

        impl<'a> Node<'a> {
            /// The type that the node belongs to and the index of its constructor there.
            pub fn class(self) -> (&'static Type, usize) {
                match self { $(Node::$name(node) => ($name::TYPE, nodes!(@index $shape node)),)* }
            }

            /// The field at `index` of the constructor's fields.
            pub fn field(self, index: usize) -> Value<'a> {
                match self { $(Node::$name(node) => nodes!(@field $shape node index),)* }
            }

            /// The position, for types that have one.
            pub fn span(self) -> Option<Span> {
                match self { $(Node::$name(node) => nodes!(@span $shape node),)* }
            }
        }
    };

    (@index plain $node:ident) => { $node.constructor_index() };
    (@index located_sum $node:ident) => { $node.kind.constructor_index() };
    (@index $shape:ident $node:ident) => {{ let _ = $node; 0 }};
    (@field located_sum $node:ident $i:ident) => { $node.kind.reflect_field($i) };
    (@field $shape:ident $node:ident $i:ident) => { $node.reflect_field($i) };
    (@span located_sum $node:ident) => { Some($node.span) };
    (@span located_product $node:ident) => { Some($node.span) };
    (@span $shape:ident $node:ident) => {{ let _ = $node; None }};
}

for_each_ast_type!(nodes);

impl Node<'_> {
    pub fn constructor(self) -> &'static Constructor {
        let (ty, index) = self.class();
        &ty.constructors[index]
    }
}

macro_rules! all_types {
    ($($section:ident { $($body:tt)* })*) => { all_types!(@collect [] $($section { $($body)* })*); };
    (@collect [$($done:tt)*] located_sums { $($py:ident $name:ident $kind:ident { $($cons:tt)* })* } $($rest:tt)*) => {
        all_types!(@collect [$($done)* $($name,)*] $($rest)*);
    };
    (@collect [$($done:tt)*] $section:ident { $($py:ident $name:ident { $($cons:tt)* })* } $($rest:tt)*) => {
        all_types!(@collect [$($done)* $($name,)*] $($rest)*);
    };
    (@collect [$($name:ident,)*]) => {
        /// Every type of the abstract grammar, in its order.
        pub static TYPES: &[&Type] = &[$($name::TYPE),*];
    };
}

for_each_ast_type!(all_types);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_those_of_the_abstract_grammar() {
        let ty = |name| TYPES.iter().find(|ty| ty.name == name).expect("a type");
        assert_eq!(ty("unaryop").definition(), "unaryop = Invert | Not | UAdd | USub");
        let sum = "mod = Module(stmt* body, type_ignore* type_ignores)\n    | Interactive(stmt* body)\n";
        assert!(ty("mod").definition().starts_with(sum));
        assert_eq!(ty("withitem").definition(), "withitem(expr context_expr, expr? optional_vars)");
        assert_eq!(ExceptHandler::TYPE.constructors[0].fields[0].name, "type");
        assert_eq!(TYPES.len(), 16);
    }

    /// A tree as plain data, for the way back.
    enum Plain<'a> {
        None,
        Node(&'static Constructor, Vec<Plain<'a>>, Option<Span>),
        Leaf(Value<'a>),
        List(Vec<Plain<'a>>),
    }

    fn plain_of<'a>(value: Value<'a>) -> Plain<'a> {
        match value {
            Value::None => Plain::None,
            Value::Node(node) => {
                let con = node.constructor();
                let fields = (0..con.fields.len()).map(|i| plain_of(node.field(i))).collect();
                Plain::Node(con, fields, node.span())
            }
            Value::List(list) => Plain::List((0..list.len()).map(|i| plain_of(list.get(i))).collect()),
            leaf => Plain::Leaf(leaf),
        }
    }

    struct FromPlain;

    impl<'a> Reader<'a> for FromPlain {
        type Object = std::rc::Rc<Plain<'a>>;
        type Error = String;

        fn enter(&mut self, object: &Self::Object, ty: &'static Type) -> Result<usize, String> {
            let name = match &**object {
                Plain::Node(con, ..) => con.name,
                Plain::Leaf(Value::Enum(ty, i)) => ty.constructors[*i].name,
                _ => return Err(format!("no {}", ty.name)),
            };
            ty.constructors
                .iter()
                .position(|c| c.name == name)
                .ok_or_else(|| format!("{name} is no {}", ty.name))
        }

        fn is_none(&mut self, object: &Self::Object) -> bool {
            matches!(**object, Plain::None)
        }

        fn field(
            &mut self,
            object: &Self::Object,
            _: &'static str,
            field: &'static Field,
        ) -> Result<Option<Self::Object>, String> {
            let Plain::Node(con, fields, span) = &**object else { return Err("no node".into()) };
            let copy = match con.fields.iter().position(|f| f.name == field.name) {
                Some(i) => clone(&fields[i]),
                None => {
                    let span = span.ok_or("no position")?;
                    let all = [span.lineno, span.col_offset, span.end_lineno, span.end_col_offset];
                    let i = POSITION.iter().position(|f| f.name == field.name).ok_or("no field")?;
                    Plain::Leaf(Value::Int(all[i]))
                }
            };
            Ok(Some(copy.into()))
        }

        fn list(
            &mut self,
            list: &Self::Object,
            _: &'static str,
            _: &'static Field,
        ) -> Result<Vec<Self::Object>, String> {
            let Plain::List(items) = &**list else { return Err("no list".into()) };
            Ok(items.iter().map(|item| clone(item).into()).collect())
        }

        fn missing(&mut self, owner: &'static str, field: &'static Field) -> String {
            format!("{owner}.{}", field.name)
        }

        fn int(&mut self, object: &Self::Object) -> Result<i32, String> {
            if let Plain::Leaf(Value::Int(n)) = **object { Ok(n) } else { Err("no int".into()) }
        }

        fn identifier(&mut self, object: &Self::Object) -> Result<&'a str, String> {
            if let Plain::Leaf(Value::Identifier(s)) = **object { Ok(s) } else { Err("no identifier".into()) }
        }

        fn string(&mut self, object: &Self::Object) -> Result<&'a Wtf8, String> {
            if let Plain::Leaf(Value::String(s)) = **object { Ok(s) } else { Err("no string".into()) }
        }

        fn constant(&mut self, object: &Self::Object) -> Result<Constant<'a>, String> {
            if let Plain::Leaf(Value::Constant(c)) = **object { Ok(c) } else { Err("no constant".into()) }
        }
    }

    fn clone<'a>(plain: &Plain<'a>) -> Plain<'a> {
        match plain {
            Plain::None => Plain::None,
            Plain::Node(con, fields, span) => Plain::Node(con, fields.iter().map(clone).collect(), *span),
            Plain::Leaf(value) => Plain::Leaf(*value),
            Plain::List(items) => Plain::List(items.iter().map(clone).collect()),
        }
    }

    #[test]
    fn trees_survive_the_round_trip() {
        let arena = Arena::new();
        let span = Span { lineno: 3, col_offset: 4, end_lineno: 5, end_col_offset: 6 };
        let expr = |kind| arena.alloc(Expr { kind, span });
        let none = expr(ExprKind::Constant { value: Constant::None, kind: Some(Wtf8::new("u")) });
        let dict = expr(ExprKind::Dict {
            keys: arena.alloc_slice(&[None, Some(none)]),
            values: arena.alloc_slice(&[none, none]),
        });
        let test = expr(ExprKind::Compare {
            left: dict,
            ops: arena.alloc_slice(&[CmpOperator::NotIn, CmpOperator::Is]),
            comparators: arena.alloc_slice(&[none, none]),
        });
        let handler = arena.alloc(ExceptHandler {
            kind: ExceptHandlerKind::ExceptHandler { r#type: Some(test), name: Some("e"), body: &[] },
            span,
        });
        let stmt = arena.alloc(Stmt {
            kind: StmtKind::Try {
                body: &[],
                handlers: arena.alloc_slice(&[handler]),
                orelse: &[],
                finalbody: &[],
            },
            span,
        });
        let tree = Mod::Module { body: arena.alloc_slice(&[stmt]), type_ignores: &[] };
        let tree = arena.alloc(tree);
        let plain = std::rc::Rc::new(plain_of(tree.value()));
        assert_eq!(Mod::read(&arena, &mut FromPlain, &plain), Ok(*tree));
        let wrong = std::rc::Rc::new(plain_of(test.value()));
        assert_eq!(Mod::read(&arena, &mut FromPlain, &wrong), Err("Compare is no mod".into()));
    }
}
