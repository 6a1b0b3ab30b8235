package io.oxbow.node.server;

import io.javalin.config.JavalinConfig;
import io.oxbow.broker.Broker;
import io.oxbow.node.adapter.TopicSchemaLog;
import io.oxbow.node.cluster.FreshCatalog;
import io.oxbow.node.cluster.HttpRelay;
import io.oxbow.node.cluster.LeadersSchemas;
import io.oxbow.node.cluster.RegistryCalls;
import io.oxbow.node.cluster.RegistryRelay;
import io.oxbow.node.cluster.SchemaCalls;
import io.oxbow.node.cluster.TopicRegistryPlace;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.schema.SchemaRegistry;
import io.oxbow.tableflow.value.WriterSchemas;

/** Schema registry and catalog on one of several nodes. */
final class ClusterApis {

    private final ClusterMember member;
    private final RegistryCalls calls;
    private final SchemaCalls schemas;
    private final HttpRelay relay;

    private ClusterApis(
            ClusterMember member, RegistryCalls calls, SchemaCalls schemas, HttpRelay relay) {
        this.member = member;
        this.calls = calls;
        this.schemas = schemas;
        this.relay = relay;
    }

    /**
     * @param registry over {@code topic}
     */
    static ClusterApis open(
            ClusterMember member,
            Broker broker,
            TopicSchemaLog topic,
            SchemaRegistry registry,
            Clock clock,
            Resources resources) {
        var place =
                new TopicRegistryPlace(
                        broker,
                        member.log()::image,
                        new TopicRegistryPlace.Process(broker.nodeId(), member.incarnation()),
                        member::awaitEnd,
                        topic,
                        registry);
        var calls = new RegistryCalls(place, clock);
        var schemas = new SchemaCalls(calls, registry, member.peers());
        member.serveSchemas(schemas);
        return new ClusterApis(member, calls, schemas, resources.add(new HttpRelay()));
    }

    /** Returns the schemas for this node's translators. */
    WriterSchemas writerSchemas() {
        return new LeadersSchemas(schemas);
    }

    /** Puts what makes the answers those of the cluster before the routes of both. */
    void register(JavalinConfig server, String registryPath, String catalogPath) {
        RegistryRelay.register(server, registryPath, calls, relay, member.incarnation());
        FreshCatalog.register(server, catalogPath, member::awaitEnd);
    }
}
