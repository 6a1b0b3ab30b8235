package io.oxbow.schema;

/**
 * A version as a path names it: a number, {@code latest}, or -1, which means the same.
 *
 * @param number -1 for the latest
 */
record VersionName(int number) {

    private static final int LATEST = -1;

    static VersionName parse(String text) {
        if (text.equals("latest")) {
            return new VersionName(LATEST);
        }
        try {
            int number = Integer.parseInt(text);
            if (number > 0 || number == LATEST) {
                return new VersionName(number);
            }
        } catch (NumberFormatException e) {
            // answered below, as every other text that isn't a version
        }
        throw new RegistryException(
                RegistryError.INVALID_VERSION,
                "The specified version '"
                        + text
                        + "' is not a valid version id. Allowed values are between [1, 2^31-1] and"
                        + " the string \"latest\"");
    }

    boolean isLatest() {
        return number == LATEST;
    }

    /** Returns the version to be deleted: the latest is the latest that is not deleted yet. */
    SubjectVersion findToDelete(RegistryViews views, String subject) {
        views.versions(subject, RegistryViews.Deleted.INCLUDED);
        return isLatest()
                ? views.versionsOrNone(subject).reversed().stream()
                        .findFirst()
                        .orElseThrow(() -> RegistryException.versionNotFound("latest"))
                : views.version(subject, number, true);
    }

    SubjectVersion find(RegistryViews views, String subject, boolean deleted) {
        return isLatest()
                ? views.latest(subject, deleted)
                : views.version(subject, number, deleted);
    }
}
