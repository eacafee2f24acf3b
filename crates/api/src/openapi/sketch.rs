//! The description of one operation, in the making.

use http::StatusCode;
use serde_json::Value;
use utoipa::openapi::path::{Operation, OperationBuilder};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema};
use utoipa::openapi::{
    Content, ContentBuilder, Deprecated, Ref, RefOr, Required, ResponseBuilder, SecurityRequirement,
};

use super::Fault;

const JSON: &str = "application/json";

/// The description of one operation, in the making.
pub(crate) struct Sketch(OperationBuilder);

impl Sketch {
    /// A procedure: it belongs to its noun and its name is its path.
    pub(crate) fn procedure(path: &str, summary: impl Into<String>) -> Self {
        Self::tagged("channels", path, summary)
    }

    /// Something that everybody may ask of the hub itself.
    pub(crate) fn public(tag: &str, name: &str, summary: impl Into<String>) -> Self {
        let sketch = Self::tagged(tag, name, summary);
        let nothing_asked: [SecurityRequirement; 0] = [];
        Self(sketch.0.securities(Some(nothing_asked)))
    }

    /// Something that callers with a token of their own kind ask for.
    pub(crate) fn with_token(tag: &str, name: &str, summary: &str, kind: &str) -> Self {
        let sketch = Self::tagged(tag, name, summary);
        let token = SecurityRequirement::new(kind, [""; 0]);
        Self(sketch.0.securities(Some([token])))
    }

    pub(crate) fn tagged(tag: &str, name: &str, summary: impl Into<String>) -> Self {
        let builder = OperationBuilder::new()
            .tag(tag)
            .operation_id(Some(name.trim_start_matches('/')))
            .summary(Some(summary));
        Self(builder)
    }

    pub(crate) fn describe(self, description: impl Into<String>) -> Self {
        Self(self.0.description(Some(description)))
    }

    pub(crate) fn deprecated(self, description: impl Into<String>) -> Self {
        Self(
            self.0
                .deprecated(Some(Deprecated::True))
                .description(Some(description)),
        )
    }

    /// The body; required if one of its fields is.
    pub(crate) fn request(self, schema: impl Into<RefOr<Schema>>, example: Value) -> Self {
        let schema = schema.into();
        let is_required = match &schema {
            RefOr::T(Schema::Object(object)) => !object.required.is_empty(),
            _ => true,
        };
        let required = if is_required {
            Required::True
        } else {
            Required::False
        };
        let body: RequestBody = RequestBodyBuilder::new()
            .content(JSON, json_content(schema, example))
            .required(Some(required))
            .build();
        Self(self.0.request_body(Some(body)))
    }

    /// The answer with status 200.
    pub(crate) fn answer(
        self,
        description: &str,
        schema: impl Into<RefOr<Schema>>,
        example: Value,
    ) -> Self {
        let response = ResponseBuilder::new()
            .description(description)
            .content(JSON, json_content(schema.into(), example));
        Self(self.0.response("200", response))
    }

    /// The answer with status 201.
    pub(crate) fn created(
        self,
        description: &str,
        schema: impl Into<RefOr<Schema>>,
        example: Value,
    ) -> Self {
        let response = ResponseBuilder::new()
            .description(description)
            .content(JSON, json_content(schema.into(), example));
        Self(self.0.response("201", response))
    }

    /// The answer with another status of success.
    pub(crate) fn answer_with(
        self,
        status: StatusCode,
        description: &str,
        schema: impl Into<RefOr<Schema>>,
        example: Value,
    ) -> Self {
        let response = ResponseBuilder::new()
            .description(description)
            .content(JSON, json_content(schema.into(), example));
        Self(self.0.response(status.as_str(), response))
    }

    /// The answer with status 200, if it is text of some other kind.
    pub(crate) fn text_answer(self, media_type: &str, description: &str) -> Self {
        let response = ResponseBuilder::new()
            .description(description)
            .content(media_type, Content::default());
        Self(self.0.response("200", response))
    }

    pub(crate) fn empty_answer(self, status: StatusCode, description: &str) -> Self {
        let response = ResponseBuilder::new().description(description);
        Self(self.0.response(status.as_str(), response))
    }

    pub(crate) fn faults(self, faults: &[Fault]) -> Self {
        let builder = faults.iter().fold(self.0, |builder, fault| {
            builder.response(fault.status(), Ref::from_response_name(fault.name()))
        });
        Self(builder)
    }

    pub(crate) fn build(self) -> Operation {
        self.0.build()
    }
}

fn json_content(schema: RefOr<Schema>, example: Value) -> Content {
    ContentBuilder::new()
        .schema(Some(schema))
        .example(Some(example))
        .build()
}

/// A schema that is described among the components.
pub(crate) fn reference(name: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(name))
}

/// `{"data": […], "pagination_data": {…}}`.
pub(crate) fn page_of(item: impl Into<RefOr<Schema>>) -> Schema {
    ObjectBuilder::new()
        .property("data", ArrayBuilder::new().items(item.into()))
        .required("data")
        .property("pagination_data", reference("PaginationData"))
        .required("pagination_data")
        .into()
}

/// `{"data": […]}`.
pub(crate) fn data_of(item: impl Into<RefOr<Schema>>) -> Schema {
    ObjectBuilder::new()
        .property("data", ArrayBuilder::new().items(item.into()))
        .required("data")
        .into()
}
