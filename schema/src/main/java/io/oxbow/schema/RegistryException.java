package io.oxbow.schema;

/** Signals a request that was refused; the message is for the one who asked. */
public final class RegistryException extends RuntimeException {

    private final RegistryError error;

    public RegistryException(RegistryError error, String message) {
        super(message);
        this.error = error;
    }

    public RegistryError error() {
        return error;
    }

    static RegistryException subjectNotFound(String subject) {
        return new RegistryException(
                RegistryError.SUBJECT_NOT_FOUND, "Subject '" + subject + "' not found.");
    }

    static RegistryException versionNotFound(String version) {
        return new RegistryException(
                RegistryError.VERSION_NOT_FOUND, "Version " + version + " not found.");
    }

    static RegistryException schemaNotFound(String what) {
        return new RegistryException(RegistryError.SCHEMA_NOT_FOUND, what + " not found");
    }
}
