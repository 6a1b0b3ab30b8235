package io.oxbow.schema;

import java.util.List;

/** Rules and records of deletions. */
final class Deletions {

    private Deletions() {}

    static RegistryRecord softly(SubjectVersion v) {
        return new RegistryRecord.SchemaVersion(
                v.subject(), v.version(), v.id(), v.schema().references(), v.schema().text(), true);
    }

    static void checkVersion(SubjectVersion v, boolean permanent) {
        if (permanent && !v.deleted()) {
            throw new RegistryException(
                    RegistryError.VERSION_NOT_SOFT_DELETED,
                    "Subject '%s' Version %d was not deleted first before being permanently deleted"
                            .formatted(v.subject(), v.version()));
        }
        if (!permanent && v.deleted()) {
            throw new RegistryException(
                    RegistryError.VERSION_SOFT_DELETED,
                    "Subject '%s' Version %d was soft deleted. Set permanent=true to delete"
                                    .formatted(v.subject(), v.version())
                            + " permanently");
        }
    }

    /** Returns the versions that go. */
    static List<SubjectVersion> checkSubject(Subject subject, boolean permanent) {
        if (permanent && subject.isLive()) {
            throw new RegistryException(
                    RegistryError.SUBJECT_NOT_SOFT_DELETED,
                    "Subject '%s' was not deleted first before being permanently deleted"
                            .formatted(subject.name()));
        }
        if (!permanent && !subject.isLive()) {
            throw new RegistryException(
                    RegistryError.SUBJECT_SOFT_DELETED,
                    "Subject '%s' was soft deleted. Set permanent=true to delete permanently"
                            .formatted(subject.name()));
        }
        return permanent ? subject.versions() : subject.live();
    }

    static void checkUnreferenced(RegistryState state, SubjectVersion v) {
        List<Integer> referrers = state.referrers(v.subject(), v.version());
        if (!referrers.isEmpty()) {
            throw new RegistryException(
                    RegistryError.REFERENCE_EXISTS,
                    "One or more references exist to subject '%s' version %d, from schemas %s"
                            .formatted(v.subject(), v.version(), referrers));
        }
    }
}
