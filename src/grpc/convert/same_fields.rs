//! Conversions of messages whose fields have the names and types of a type of the domain.

/// Both directions between a type and a message of the same fields. A new field breaks the build. The
/// message has the type's name, unless `as` says otherwise.
macro_rules! same_fields {
    ($name:ident: $($field:ident),+) => {
        same_fields!($name as $name: $($field),+);
    };
    ($name:ident as $message:ident: $($field:ident),+) => {
        impl From<$name> for $crate::grpc::wire::$message {
            fn from($name { $($field),+ }: $name) -> Self {
                Self { $($field),+ }
            }
        }

        impl From<$crate::grpc::wire::$message> for $name {
            fn from(
                $crate::grpc::wire::$message { $($field),+ }: $crate::grpc::wire::$message,
            ) -> Self {
                Self { $($field),+ }
            }
        }
    };
}

pub(in crate::grpc) use same_fields;
