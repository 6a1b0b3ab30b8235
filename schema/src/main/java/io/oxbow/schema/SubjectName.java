package io.oxbow.schema;

/**
 * Parses subjects as clients name them. Confluent's registry has contexts, written {@code
 * :.CONTEXT:NAME}; here there is the default one only, {@code :.:NAME} or just {@code NAME}.
 */
final class SubjectName {

    private static final String CONTEXT = ":.";
    private static final String DEFAULT = ":.:";
    private static final String ALL = ":*:";

    private SubjectName() {}

    /**
     * Returns the subject's name in the default context.
     *
     * @throws RegistryException INVALID_SUBJECT for another context
     */
    static String plain(String given) {
        if (given.startsWith(DEFAULT)) {
            return given.substring(DEFAULT.length());
        }
        if (given.startsWith(CONTEXT) || given.startsWith(ALL)) {
            throw new RegistryException(
                    RegistryError.INVALID_SUBJECT,
                    "The specified subject '"
                            + given
                            + "' is in another context; this registry has the default context only");
        }
        return given;
    }

    /**
     * Returns the prefix to filter by; one of another context stays as it is, and matches no
     * subject.
     */
    static String plainPrefix(String given) {
        return given.startsWith(DEFAULT) || given.startsWith(ALL)
                ? given.substring(DEFAULT.length())
                : given;
    }
}
