//! The attributes of parser objects: handlers, options, positions.

use super::Parser;
use super::handlers::{Slot, ignore_characters};
use crate::expat;
use core::ffi::c_int;
use krait_abi::*;
use krait_object::protocol::object;
use krait_object::types::long;
use krait_object::{Layout, Obj, Object, Result, err, method};

krait_object::members! {
    pub static MEMBERS = [
        method::member(c"intern", T_OBJECT, core::mem::offset_of!(Parser, intern), READONLY, c""),
    ];
}

macro_rules! getset_table {
    ($($handler:literal $slot:ident;)*) => {
        krait_object::getsets! {
            pub static GETSETS = [
                $(method::getset($handler, get_handler::<{ Slot::$slot as usize }>, set_handler::<{ Slot::$slot as usize }>, c""),)*
                method::getter(c"ErrorCode", |this: &Parser| {
                    // SAFETY: the object's parser.
                    Ok(i64::from(unsafe { expat::get_error_code(this.native.0) }))
                }, c""),
                method::getter(c"ErrorLineNumber", line, c""),
                method::getter(c"ErrorColumnNumber", column, c""),
                method::getter(c"ErrorByteIndex", byte_index, c""),
                method::getter(c"CurrentLineNumber", line, c""),
                method::getter(c"CurrentColumnNumber", column, c""),
                method::getter(c"CurrentByteIndex", byte_index, c""),
                method::getset(c"buffer_size", |this: &Parser| Ok(i64::from(this.buffer_size.get())), set_buffer_size, c""),
                method::getset(c"buffer_text", |this: &Parser| Ok(this.buffered.get()), set_buffer_text, c""),
                method::getter(c"buffer_used", |this: &Parser| Ok(this.extra.pending.borrow().len()), c""),
                method::getset(c"namespace_prefixes", |this: &Parser| Ok(this.namespace_prefixes.get()), set_namespace_prefixes, c""),
                method::getset(c"ordered_attributes", |this: &Parser| Ok(this.ordered_attributes.get()), set_ordered, c""),
                method::getset(c"specified_attributes", |this: &Parser| Ok(this.specified_attributes.get()), set_specified, c""),
            ];
        }
    };
}

getset_table! {
    c"StartElementHandler" StartElement;
    c"EndElementHandler" EndElement;
    c"ProcessingInstructionHandler" ProcessingInstruction;
    c"CharacterDataHandler" CharacterData;
    c"UnparsedEntityDeclHandler" UnparsedEntityDecl;
    c"NotationDeclHandler" NotationDecl;
    c"StartNamespaceDeclHandler" StartNamespaceDecl;
    c"EndNamespaceDeclHandler" EndNamespaceDecl;
    c"CommentHandler" Comment;
    c"StartCdataSectionHandler" StartCdataSection;
    c"EndCdataSectionHandler" EndCdataSection;
    c"DefaultHandler" Default;
    c"DefaultHandlerExpand" DefaultHandlerExpand;
    c"NotStandaloneHandler" NotStandalone;
    c"ExternalEntityRefHandler" ExternalEntityRef;
    c"StartDoctypeDeclHandler" StartDoctypeDecl;
    c"EndDoctypeDeclHandler" EndDoctypeDecl;
    c"EntityDeclHandler" EntityDecl;
    c"XmlDeclHandler" XmlDecl;
    c"ElementDeclHandler" ElementDecl;
    c"AttlistDeclHandler" AttlistDecl;
    c"SkippedEntityHandler" SkippedEntity;
}

/// The value to set; attributes cannot be deleted.
fn given(value: Option<&Object>) -> Result<&Object> {
    value.ok_or_else(|| err::runtime_error("Cannot delete attribute"))
}

fn get_handler<const SLOT: usize>(this: &Parser) -> Result<Option<Obj>> {
    Ok(this.handler(Slot::ALL[SLOT]))
}

fn set_handler<const SLOT: usize>(this: &Parser, value: Option<&Object>) -> Result<()> {
    let value = given(value)?;
    let slot = Slot::ALL[SLOT];
    let characters = slot == Slot::CharacterData;
    if characters {
        // What was collected belongs to the old handler.
        this.flush()?;
    }
    let handler = (!value.is_none()).then(|| value.owned());
    let on = handler.is_some();
    let old = this.extra.handlers[SLOT].replace(handler);
    // SAFETY: the object's parser, whose user data is the object.
    unsafe {
        if characters && !on && this.in_callback.get() {
            // Expat goes on calling for the text that it is about to hand out; some function must be there.
            expat::on_character_data(this.native.0, Some(ignore_characters));
        } else {
            slot.install(this.native.0, on);
        }
    }
    drop(old);
    Ok(())
}

fn line(this: &Parser) -> Result<i64> {
    // SAFETY: the object's parser.
    Ok(unsafe { expat::get_line_number(this.native.0) } as i64)
}

fn column(this: &Parser) -> Result<i64> {
    // SAFETY: the object's parser.
    Ok(unsafe { expat::get_column_number(this.native.0) } as i64)
}

fn byte_index(this: &Parser) -> Result<i64> {
    // SAFETY: the object's parser.
    Ok(unsafe { expat::get_byte_index(this.native.0) })
}

fn set_buffer_size(this: &Parser, value: Option<&Object>) -> Result<()> {
    let value = given(value)?;
    if !long::check(value) {
        return Err(err::type_error("buffer_size must be an integer"));
    }
    let size = long::as_long(value)?;
    if size <= 0 {
        return Err(err::value_error("buffer_size must be greater than zero"));
    }
    let Ok(size) = c_int::try_from(size) else {
        return Err(err::value_error(format_args!("buffer_size must not be greater than {}", c_int::MAX)));
    };
    this.flush()?;
    this.buffer_size.set(size);
    Ok(())
}

fn set_buffer_text(this: &Parser, value: Option<&Object>) -> Result<()> {
    let on = object::is_true(given(value)?)?;
    if !on {
        this.flush()?;
    }
    this.buffered.set(on);
    Ok(())
}

fn set_namespace_prefixes(this: &Parser, value: Option<&Object>) -> Result<()> {
    let on = object::is_true(given(value)?)?;
    this.namespace_prefixes.set(on);
    // SAFETY: the object's parser.
    unsafe { expat::set_return_ns_triplet(this.native.0, c_int::from(on)) };
    Ok(())
}

fn set_ordered(this: &Parser, value: Option<&Object>) -> Result<()> {
    this.ordered_attributes.set(object::is_true(given(value)?)?);
    Ok(())
}

fn set_specified(this: &Parser, value: Option<&Object>) -> Result<()> {
    this.specified_attributes.set(object::is_true(given(value)?)?);
    Ok(())
}
