package io.oxbow.schema;

/** Errors of requests: Confluent's error codes and the HTTP status of each. */
public enum RegistryError {
    BAD_REQUEST(400, 400),
    NOT_FOUND(404, 404),
    SUBJECT_NOT_FOUND(404, 40401),
    VERSION_NOT_FOUND(404, 40402),
    SCHEMA_NOT_FOUND(404, 40403),
    SUBJECT_SOFT_DELETED(404, 40404),
    SUBJECT_NOT_SOFT_DELETED(404, 40405),
    VERSION_SOFT_DELETED(404, 40406),
    VERSION_NOT_SOFT_DELETED(404, 40407),
    SUBJECT_LEVEL_NOT_SET(404, 40408),
    SUBJECT_MODE_NOT_SET(404, 40409),
    METHOD_NOT_ALLOWED(405, 405),
    INCOMPATIBLE_SCHEMA(409, 409),
    TOO_LARGE(413, 413),
    UNPROCESSABLE(422, 422),
    INVALID_SCHEMA(422, 42201),
    INVALID_VERSION(422, 42202),
    INVALID_LEVEL(422, 42203),
    INVALID_MODE(422, 42204),
    REFERENCE_EXISTS(422, 42206),
    INVALID_SUBJECT(422, 42208),
    STORE_FAILED(500, 50001),
    LEADER_UNKNOWN(503, 50004),
    OUTCOME_UNKNOWN(504, 50003);

    private final int status;
    private final int code;

    RegistryError(int status, int code) {
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    public int code() {
        return code;
    }
}
