//! The answers of Django's own test-suite (`vectors/`, recorded from Django 5.2.19) for what signing is made of.
#![allow(clippy::unwrap_used)]

use rjango_core::signing::{
    Algorithm, b36_decode, b36_encode, b62_decode, b62_encode, b64_decode, b64_encode, constant_time_compare,
    salted_hmac_with,
};
use serde_json::Value;

/// Text, bytes (`{"$b": hex}`), a date (its ISO form) or a boolean (Python's word) as the bytes that Django takes.
fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.clone().into_bytes(),
        Value::Bool(true) => b"True".to_vec(),
        Value::Object(map) if map.contains_key("$b") => {
            let hex = map["$b"].as_str().unwrap();
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
        }
        Value::Object(map) if map.contains_key("$d") => map["$d"].as_str().unwrap().as_bytes().to_vec(),
        other => panic!("a vector has an argument of a new kind: {other}"),
    }
}

/// What this crate answers; `None` stands for Django's `ValueError`, and the outer `None` for a call that Rust's types
/// do not allow.
fn answer(call: &Value) -> Option<Option<Value>> {
    let args = call["args"].as_array().unwrap();
    Some(match call["f"].as_str().unwrap() {
        "django.core.signing.b62_encode" => Some(b62_encode(args[0].as_i64().unwrap()).into()),
        "django.core.signing.b62_decode" => b62_decode(args[0].as_str().unwrap()).map(Value::from),
        "django.core.signing.b64_encode" => {
            let hex = b64_encode(bytes(&args[0])).bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
            Some(serde_json::json!({ "$b": hex }))
        }
        "django.core.signing.b64_decode" => b64_decode(bytes(&args[0])).map(
            |decoded| serde_json::json!({ "$b": decoded.iter().map(|byte| format!("{byte:02x}")).collect::<String>() }),
        ),
        "django.core.signing.base64_hmac" => {
            let algorithm = match call["kwargs"]["algorithm"].as_str().unwrap() {
                "sha256" => Algorithm::Sha256,
                "sha512" => Algorithm::Sha512,
                other => panic!("a vector has a new algorithm: {other}"),
            };
            let mac = salted_hmac_with(algorithm, &bytes(&args[0]), &bytes(&args[1]), &bytes(&args[2]));
            Some(b64_encode(mac).into())
        }
        "django.utils.crypto.constant_time_compare" => {
            Some(constant_time_compare(bytes(&args[0]), bytes(&args[1])).into())
        }
        "django.utils.http.base36_to_int" => b36_decode(args[0].as_str()?).map(Value::from),
        "django.utils.http.int_to_base36" if args[0].is_i64() => {
            u64::try_from(args[0].as_i64()?).ok().map(|number| b36_encode(number).into())
        }
        "django.utils.http.int_to_base36" => return None,
        other => panic!("a vector has a new function: {other}"),
    })
}

#[test]
fn every_call_of_django_gives_its_answer() {
    let calls: Vec<Value> = serde_json::from_str(include_str!("vectors/signing.json")).unwrap();
    let (mut compared, mut untypable) = (0, 0);
    for call in &calls {
        let Some(answer) = answer(call) else {
            assert_eq!(call["error"], "TypeError", "{call}");
            untypable += 1;
            continue;
        };
        let expected = call["error"].is_null().then(|| call["result"].clone());
        assert_eq!(answer, expected, "{call}");
        compared += 1;
    }
    assert_eq!((compared, untypable), (237, 5));
}
