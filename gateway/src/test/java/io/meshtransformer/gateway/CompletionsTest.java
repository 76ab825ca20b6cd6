package io.meshtransformer.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.ScriptedSuite;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class CompletionsTest {
    @TestHTTPResource
    URI base;

    @Inject
    ScriptedSuite suite;

    private GatewayClient client;

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void aPromptIsContinuedInOpenAisShape() {
        var answer = client.complete("{'model':'alphabet','prompt':'Once','max_tokens':5}");

        assertThat(names(answer)).containsExactly("id", "object", "created", "model", "choices", "usage");
        assertThat(answer.at("/id").asText()).startsWith("cmpl-");
        assertThat(answer.at("/object").asText()).isEqualTo("text_completion");
        assertThat(Instant.ofEpochSecond(answer.at("/created").asLong()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(answer.at("/model").asText()).isEqualTo("alphabet");
        assertThat(answer.at("/choices")).hasSize(1);
        assertThat(answer.at("/choices/0"))
                .hasToString("{\"index\":0,\"text\":\"abcde\",\"logprobs\":null,\"finish_reason\":\"length\"}");
        assertThat(answer.at("/usage")).hasToString("{\"prompt_tokens\":4,\"completion_tokens\":5,\"total_tokens\":9}");
    }

    @Test
    void everyPromptOfAListHasItsChoicesInOrder() {
        var answer = client.complete("{'model':'alphabet','prompt':['One','Three'],'max_tokens':2,'n':2}");

        assertThat(answer.at("/choices").findValuesAsText("index")).containsExactly("0", "1", "2", "3");
        assertThat(answer.at("/choices").findValuesAsText("text")).containsExactly("ab", "bc", "ab", "bc");
        assertThat(answer.at("/usage"))
                .hasToString("{\"prompt_tokens\":8,\"completion_tokens\":8,\"total_tokens\":16}");
    }

    @Test
    void promptsMayBeTokenIds() {
        assertThat(texts("{'model':'alphabet','prompt':[79,110],'max_tokens':3}"))
                .containsExactly("abc");
        assertThat(texts("{'model':'alphabet','prompt':[[79],[110,99]],'max_tokens':1,'echo':true}"))
                .containsExactly("Oa", "nca");
    }

    @Test
    void theBestOfSeveralIsTheLikeliestPerToken() {
        suite.script("Best", (request, reply) -> {
            var id = request.requestId();
            reply.send(List.of(
                    new AnswerEvent.TokenGenerated(id, 0, 0, 'x', "x", null),
                    new AnswerEvent.TokenGenerated(id, 1, 0, 'y', "y", null),
                    new AnswerEvent.TokenGenerated(id, 1, 1, 'y', "y", null),
                    new AnswerEvent.TokenGenerated(id, 2, 0, 'z', "z", null),
                    new AnswerEvent.ChoiceFinished(id, 0, 1, "", FinishReason.STOP, -2),
                    new AnswerEvent.ChoiceFinished(id, 1, 2, "", FinishReason.LENGTH, -3),
                    new AnswerEvent.ChoiceFinished(id, 2, 1, "", FinishReason.STOP, -1.75),
                    new AnswerEvent.GenerationCompleted(id, new Usage(4, 4))));
        });

        var answer = client.complete("{'model':'alphabet','prompt':'Best','max_tokens':2,'n':2,'best_of':3}");

        assertThat(answer.at("/choices").findValuesAsText("text")).containsExactly("yy", "z");
        assertThat(answer.at("/choices").findValuesAsText("index")).containsExactly("0", "1");
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(4);
    }

    @Test
    void logprobsAndEchoTellOfThePromptToo() {
        var answer = client.complete(
                "{'model':'alphabet','prompt':'On','max_tokens':2,'logprobs':2,'echo':true,'temperature':0}");

        assertThat(answer.at("/choices/0/text").asText()).isEqualTo("Onab");
        assertThat(answer.at("/choices/0/logprobs")).isEqualTo(GatewayClient.json("""
                {"text_offset":[0,1,2,3],"token_logprobs":[null,-0.5,-0.125,-0.125],"tokens":["O","n","a","b"],
                 "top_logprobs":[null,{"n":-0.5,"o":-1.5},{"a":-0.125,"b":-1.125},{"b":-0.125,"c":-1.125}]}"""));
    }

    @Test
    void logprobsOfZeroTellOfTheChosenTokenAlone() {
        var logprobs = client.complete("{'model':'alphabet','prompt':'On','max_tokens':1,'logprobs':0}")
                .at("/choices/0/logprobs");

        assertThat(logprobs.at("/top_logprobs")).hasToString("[{\"a\":-0.125}]");
        assertThat(logprobs.at("/text_offset")).hasToString("[0]");
    }

    @Test
    void echoAloneReadsThePromptBack() {
        var answer = client.complete("{'model':'alphabet','prompt':'Once','max_tokens':0,'echo':true}");

        assertThat(answer.at("/choices/0/text").asText()).isEqualTo("Once");
        assertThat(answer.at("/usage/completion_tokens").asInt()).isZero();
    }

    @Test
    void tokenIdsAreToldOnRequestWithoutShowingThePrompt() {
        var choice = client.complete("{'model':'alphabet','prompt':'On','max_tokens':2,'return_token_ids':true}")
                .at("/choices/0");

        assertThat(choice.at("/text").asText()).isEqualTo("ab");
        assertThat(choice.at("/token_ids")).hasToString("[97,98]");
        assertThat(choice.at("/prompt_token_ids")).hasToString("[79,110]");
        assertThat(choice.at("/logprobs").isNull()).isTrue();
    }

    @Test
    void aModelWithoutATokenizerAnswersWithIds() {
        var choice = client.complete("{'model':'ids-only','prompt':[5,6],'max_tokens':2,'logprobs':1}")
                .at("/choices/0");

        assertThat(choice.at("/token_ids")).hasToString("[97,98]");
        assertThat(choice.at("/prompt_token_ids")).hasToString("[5,6]");
        assertThat(choice.at("/text").asText()).isEmpty();
    }

    @Test
    void anEmptyTextIsTheEndOfTextToken() {
        client.complete("{'model':'alphabet','prompt':'','max_tokens':1,'seed':4242}");

        assertThat(asked(4242).prompt()).isEqualTo(Prompt.ofIds(0));
    }

    @Test
    void whatIsAskedReachesTheWorkers() {
        client.complete("""
                {'model':'alphabet','prompt':'Asked','max_tokens':3,'temperature':0.5,'top_p':0.25,'n':1,'best_of':2,
                 'stop':'z','logprobs':1,'seed':777,'presence_penalty':0.5,'frequency_penalty':-0.5,
                 'logit_bias':{'5':2},'top_k':9,'repetition_penalty':1.5,'min_p':0.125,'ignore_eos':true}""");

        var asked = asked(777);
        assertThat(asked.model()).isEqualTo("alphabet");
        assertThat(asked.deadline()).isAfter(Instant.now());
        var options = asked.options();
        assertThat(options.maxTokens()).isEqualTo(3);
        assertThat(options.choices()).isEqualTo(2);
        assertThat(options.stop()).containsExactly("z");
        assertThat(options.logprobs()).isEqualTo(1);
        assertThat(options.ignoreEos()).isTrue();
        assertThat(options.echo()).isFalse();
        assertThat(options.sampling().temperature()).isEqualTo(0.5);
        assertThat(options.sampling().topK()).isEqualTo(9);
        assertThat(options.sampling().logitBias()).containsEntry(5, 2.0);
    }

    @Test
    void withoutASeedEveryPromptHasOneOfItsOwn() {
        client.complete("{'model':'alphabet','prompt':['No seed','No seed'],'max_tokens':1}");
        client.complete("{'model':'alphabet','prompt':'No seed','max_tokens':1}");

        var seeds = suite.requests().stream()
                .map(PromptRequest.Complete.class::cast)
                .filter(request -> Prompt.ofText("No seed").equals(request.prompt()))
                .map(request -> request.options().sampling().seed())
                .toList();
        assertThat(seeds).hasSize(3).doesNotHaveDuplicates();
    }

    private PromptRequest.Complete asked(long seed) {
        return suite.requests().stream()
                .filter(PromptRequest.Complete.class::isInstance)
                .map(PromptRequest.Complete.class::cast)
                .filter(request -> request.options().sampling().seed() == seed)
                .findFirst()
                .orElseThrow();
    }

    private List<String> texts(String body) {
        return client.complete(body).at("/choices").findValuesAsText("text");
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream().map(java.util.Map.Entry::getKey).toList();
    }
}
