package io.oxbow.schema;

/**
 * A schema's use of a named type that another subject's version defines.
 *
 * @param name full name of the type
 */
public record SchemaReference(String name, String subject, int version) {}
