/**
 * The schema registry: Avro schemas, the subjects they are registered under, and the rules by which
 * they may evolve, with Confluent's REST API.
 *
 * <p>Start at {@link io.oxbow.schema.SchemaRegistry}: every operation is there. {@link
 * io.oxbow.schema.RegistryState} is the state machine that the records of a {@link
 * io.oxbow.schema.SchemaLog} make; {@link io.oxbow.schema.RegistryRecord} is their format; {@link
 * io.oxbow.schema.RegistryRoutes} maps HTTP to operations.
 *
 * <p><b>Threading.</b> Writes are serial: one lock spans catching up with the log, deciding,
 * appending, and applying what was appended. Reads take no lock; each sees whole subjects, not
 * necessarily all subjects at one moment.
 *
 * <p><b>Invariants.</b> The state is a function of the log's records, in order. An id, once given,
 * never means another schema, also after its schema was deleted for good. Within a subject versions
 * only grow while any of them is left. A schema that another one refers to is not deleted for good.
 *
 * <p><b>Format.</b> Keys and values are JSON in the form that Confluent's registry keeps in its
 * {@code _schemas} topic:
 *
 * <pre>
 * {"keytype":"SCHEMA","subject":S,"version":V,"magic":1}
 *     {"subject":S,"version":V,"id":I,["references":[{"name","subject","version"}],]"schema":TEXT,"deleted":B}
 *     null: the version is gone for good
 * {"keytype":"CONFIG","subject":S|null,"magic":0}
 *     {"compatibilityLevel":L}, null: the setting is gone
 * {"keytype":"DELETE_SUBJECT","subject":S,"magic":0}
 *     {"subject":S,"version":V}: versions through V are deleted (softly)
 * {"keytype":"NOOP","magic":0}
 *     null, or {"maxId":I}: ids through I have been given out
 * </pre>
 *
 * JSON is the format's framing and the log below carries the checksums; unknown key types and
 * fields are skipped, so that a newer writer does not stop an older reader.
 */
@NullMarked
package io.oxbow.schema;

import org.jspecify.annotations.NullMarked;
