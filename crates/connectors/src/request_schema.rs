//! Schemas of requests, such as a form can read.

use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

/// The schema of a request. Each field is one plain schema with its description.
///
/// The derived schema of a field whose type has a schema of its own is `allOf` that schema and an
/// `object` with the description: no value satisfies both.
pub(crate) fn of<T: PartialSchema>() -> RefOr<Schema> {
    let mut schema = T::schema();
    if let RefOr::T(Schema::Object(request)) = &mut schema {
        for field in request.properties.values_mut() {
            unite(field);
        }
    }
    schema
}

fn unite(field: &mut RefOr<Schema>) {
    let RefOr::T(Schema::AllOf(both)) = field else {
        return;
    };
    let mut parts = std::mem::take(&mut both.items).into_iter();
    if let (Some(RefOr::T(Schema::Object(mut of_type))), Some(RefOr::T(Schema::Object(of_field)))) =
        (parts.next(), parts.next())
    {
        of_type.description = of_field.description;
        *field = RefOr::T(Schema::Object(of_type));
    }
}
