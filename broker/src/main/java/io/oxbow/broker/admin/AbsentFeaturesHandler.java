package io.oxbow.broker.admin;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData.UserName;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData.DescribeUserScramCredentialsResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateAclsRequest;
import org.apache.kafka.common.requests.DeleteAclsRequest;
import org.apache.kafka.common.requests.DescribeAclsRequest;
import org.apache.kafka.common.requests.DescribeClientQuotasRequest;
import org.apache.kafka.common.requests.DescribeClientQuotasResponse;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsRequest;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsResponse;

/**
 * Answers questions about ACLs, quotas and SCRAM users as a Kafka does that has none configured:
 * tools that look at everything go on.
 */
public final class AbsentFeaturesHandler implements ApiHandler {

    private static final List<ApiKeys> SERVED =
            List.of(
                    ApiKeys.DESCRIBE_ACLS,
                    ApiKeys.CREATE_ACLS,
                    ApiKeys.DELETE_ACLS,
                    ApiKeys.DESCRIBE_CLIENT_QUOTAS,
                    ApiKeys.DESCRIBE_USER_SCRAM_CREDENTIALS);

    @Override
    public Map<ApiKeys, Versions> apis() {
        return SERVED.stream()
                .collect(java.util.stream.Collectors.toMap(api -> api, Versions::all));
    }

    @Override
    public void handle(Call call) {
        switch (call.request()) {
            case DescribeAclsRequest ignored -> throw noAuthorizer();
            case CreateAclsRequest ignored -> throw noAuthorizer();
            case DeleteAclsRequest ignored -> throw noAuthorizer();
            case DescribeClientQuotasRequest ignored ->
                    call.respond(
                            new DescribeClientQuotasResponse(
                                    new DescribeClientQuotasResponseData().setEntries(List.of())));
            case DescribeUserScramCredentialsRequest describe ->
                    call.respond(
                            new DescribeUserScramCredentialsResponse(
                                    users(describe.data().users())));
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }

    private static SecurityDisabledException noAuthorizer() {
        return new SecurityDisabledException("No Authorizer is configured.");
    }

    private static DescribeUserScramCredentialsResponseData users(List<UserName> asked) {
        var none = new DescribeUserScramCredentialsResponseData();
        if (asked != null) {
            for (UserName user : asked) {
                none.results()
                        .add(
                                new DescribeUserScramCredentialsResult()
                                        .setUser(user.name())
                                        .setErrorCode(Errors.RESOURCE_NOT_FOUND.code())
                                        .setErrorMessage(
                                                "There is no SCRAM user " + user.name() + "."));
            }
        }
        return none;
    }
}
