package io.oxbow.schema;

/**
 * A schema as one version of one subject.
 *
 * @param deleted softly: hidden, but still found by its id and by who asks for deleted ones
 */
public record SubjectVersion(
        String subject, int version, RegisteredSchema schema, boolean deleted) {

    public int id() {
        return schema.id();
    }
}
