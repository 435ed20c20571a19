"""iai 2020-03-03: generated from the contract by `make generate`; do not edit.

Requests: a parameter without a default is required. Responses: None is sent as null.
"""

from countenance.contract.model import Model


class AttributeItem(Model, kw_only=True):
    Type: int | None = None
    Probability: float | None = None


class PersonGroupInfo(Model, kw_only=True):
    GroupId: str | None = None
    PersonExDescriptions: list[str] | None = None


class Candidate(Model, kw_only=True):
    PersonId: str | None = None
    FaceId: str | None = None
    Score: float | None = None
    PersonName: str | None = None
    Gender: int | None = None
    PersonGroupInfos: list[PersonGroupInfo] | None = None


class Point(Model, kw_only=True):
    X: int | None = None
    Y: int | None = None


class DenseFaceShape(Model, kw_only=True):
    X: int | None = None
    Y: int | None = None
    Width: int | None = None
    Height: int | None = None
    LeftEye: list[Point] | None = None
    RightEye: list[Point] | None = None
    LeftEyeBrow: list[Point] | None = None
    RightEyeBrow: list[Point] | None = None
    MouthOutside: list[Point] | None = None
    MouthInside: list[Point] | None = None
    Nose: list[Point] | None = None
    LeftPupil: list[Point] | None = None
    RightPupil: list[Point] | None = None
    CentralAxis: list[Point] | None = None
    Chin: list[Point] | None = None
    LeftEyeBags: list[Point] | None = None
    RightEyeBags: list[Point] | None = None
    Forehead: list[Point] | None = None


class Eye(Model, kw_only=True):
    Glass: AttributeItem | None = None
    EyeOpen: AttributeItem | None = None
    EyelidType: AttributeItem | None = None
    EyeSize: AttributeItem | None = None


_Eye = Eye


class Eyebrow(Model, kw_only=True):
    EyebrowDensity: AttributeItem | None = None
    EyebrowCurve: AttributeItem | None = None
    EyebrowLength: AttributeItem | None = None


_Eyebrow = Eyebrow


class FaceHairAttributesInfo(Model, kw_only=True):
    Length: int | None = None
    Bang: int | None = None
    Color: int | None = None


class FaceAttributesInfo(Model, kw_only=True):
    Gender: int | None = None
    Age: int | None = None
    Expression: int | None = None
    Glass: bool | None = None
    Pitch: int | None = None
    Yaw: int | None = None
    Roll: int | None = None
    Beauty: int | None = None
    Hat: bool | None = None
    Mask: bool | None = None
    Hair: FaceHairAttributesInfo | None = None
    EyeOpen: bool | None = None


_FaceAttributesInfo = FaceAttributesInfo


class Hair(Model, kw_only=True):
    Length: AttributeItem | None = None
    Bang: AttributeItem | None = None
    Color: AttributeItem | None = None


_Hair = Hair


class Hat(Model, kw_only=True):
    Style: AttributeItem | None = None
    Color: AttributeItem | None = None


_Hat = Hat


class HeadPose(Model, kw_only=True):
    Pitch: int | None = None
    Yaw: int | None = None
    Roll: int | None = None


_HeadPose = HeadPose


class Mouth(Model, kw_only=True):
    MouthOpen: AttributeItem | None = None


_Mouth = Mouth


class FaceDetailAttributesInfo(Model, kw_only=True):
    Age: int | None = None
    Beauty: int | None = None
    Emotion: AttributeItem | None = None
    Eye: _Eye | None = None
    Eyebrow: _Eyebrow | None = None
    Gender: AttributeItem | None = None
    Hair: _Hair | None = None
    Hat: _Hat | None = None
    HeadPose: _HeadPose | None = None
    Mask: AttributeItem | None = None
    Mouth: _Mouth | None = None
    Moustache: AttributeItem | None = None
    Nose: AttributeItem | None = None
    Shape: AttributeItem | None = None
    Skin: AttributeItem | None = None
    Smile: int | None = None


_FaceDetailAttributesInfo = FaceDetailAttributesInfo


class FaceRect(Model, kw_only=True):
    X: int | None = None
    Y: int | None = None
    Width: int | None = None
    Height: int | None = None


_FaceRect = FaceRect


class FaceDetailInfo(Model, kw_only=True):
    FaceRect: _FaceRect | None = None
    FaceDetailAttributesInfo: _FaceDetailAttributesInfo | None = None


class FaceQualityCompleteness(Model, kw_only=True):
    Eyebrow: int | None = None
    Eye: int | None = None
    Nose: int | None = None
    Cheek: int | None = None
    Mouth: int | None = None
    Chin: int | None = None


class FaceQualityInfo(Model, kw_only=True):
    Score: int | None = None
    Sharpness: int | None = None
    Brightness: int | None = None
    Completeness: FaceQualityCompleteness | None = None


_FaceQualityInfo = FaceQualityInfo


class FaceInfo(Model, kw_only=True):
    X: int | None = None
    Y: int | None = None
    Width: int | None = None
    Height: int | None = None
    FaceAttributesInfo: _FaceAttributesInfo | None = None
    FaceQualityInfo: _FaceQualityInfo | None = None


class FaceShape(Model, kw_only=True):
    FaceProfile: list[Point] | None = None
    LeftEye: list[Point] | None = None
    RightEye: list[Point] | None = None
    LeftEyeBrow: list[Point] | None = None
    RightEyeBrow: list[Point] | None = None
    Mouth: list[Point] | None = None
    Nose: list[Point] | None = None
    LeftPupil: list[Point] | None = None
    RightPupil: list[Point] | None = None


class GroupCandidate(Model, kw_only=True):
    GroupId: str | None = None
    Candidates: list[Candidate] | None = None


class GroupExDescriptionInfo(Model, kw_only=True):
    GroupExDescriptionIndex: int
    GroupExDescription: str


class GroupInfo(Model, kw_only=True):
    GroupName: str | None = None
    GroupId: str | None = None
    GroupExDescriptions: list[str] | None = None
    Tag: str | None = None
    FaceModelVersion: str | None = None
    CreationTimestamp: int | None = None
    UpdateTimestamp: int | None = None


class PersonExDescriptionInfo(Model, kw_only=True):
    PersonExDescriptionIndex: int
    PersonExDescription: str


class PersonInfo(Model, kw_only=True):
    PersonName: str | None = None
    PersonId: str | None = None
    Gender: int | None = None
    PersonExDescriptions: list[str] | None = None
    FaceIds: list[str] | None = None
    CreationTimestamp: int | None = None


class Result(Model, kw_only=True):
    Candidates: list[Candidate] | None = None
    FaceRect: _FaceRect | None = None
    RetCode: int | None = None


class ResultsReturnsByGroup(Model, kw_only=True):
    FaceRect: _FaceRect | None = None
    GroupCandidates: list[GroupCandidate] | None = None
    RetCode: int | None = None


_ResultsReturnsByGroup = ResultsReturnsByGroup


class UpgradeJobInfo(Model, kw_only=True):
    JobId: str | None = None
    GroupId: str | None = None
    FromFaceModelVersion: str | None = None
    ToFaceModelVersion: str | None = None
    StartTime: int | None = None
    Status: int | None = None


class AnalyzeDenseLandmarksRequest(Model, kw_only=True):
    Mode: int | None = None
    Image: str | None = None
    Url: str | None = None
    FaceModelVersion: str | None = None
    NeedRotateDetection: int | None = None


class AnalyzeDenseLandmarksResponse(Model, kw_only=True):
    ImageWidth: int | None = None
    ImageHeight: int | None = None
    DenseFaceShapeSet: list[DenseFaceShape] | None = None
    FaceModelVersion: str | None = None


class AnalyzeFaceRequest(Model, kw_only=True):
    Mode: int | None = None
    Image: str | None = None
    Url: str | None = None
    FaceModelVersion: str | None = None
    NeedRotateDetection: int | None = None


class AnalyzeFaceResponse(Model, kw_only=True):
    ImageWidth: int | None = None
    ImageHeight: int | None = None
    FaceShapeSet: list[FaceShape] | None = None
    FaceModelVersion: str | None = None


class CompareFaceRequest(Model, kw_only=True):
    ImageA: str | None = None
    ImageB: str | None = None
    UrlA: str | None = None
    UrlB: str | None = None
    FaceModelVersion: str | None = None
    QualityControl: int | None = None
    NeedRotateDetection: int | None = None
    FaceMatchingStrategy: int | None = None


class CompareFaceResponse(Model, kw_only=True):
    Score: float | None = None
    FaceModelVersion: str | None = None


class CompareMaskFaceRequest(Model, kw_only=True):
    ImageA: str | None = None
    ImageB: str | None = None
    UrlA: str | None = None
    UrlB: str | None = None
    FaceModelVersion: str | None = None
    QualityControl: int | None = None


class CompareMaskFaceResponse(Model, kw_only=True):
    Score: float | None = None
    FaceModelVersion: str | None = None


class CopyPersonRequest(Model, kw_only=True):
    PersonId: str
    GroupIds: list[str]


class CopyPersonResponse(Model, kw_only=True):
    SucGroupNum: int | None = None
    SucGroupIds: list[str] | None = None


class CreateFaceRequest(Model, kw_only=True):
    PersonId: str
    Images: list[str] | None = None
    Urls: list[str] | None = None
    FaceMatchThreshold: float | None = None
    QualityControl: int | None = None
    NeedRotateDetection: int | None = None


class CreateFaceResponse(Model, kw_only=True):
    SucFaceNum: int | None = None
    SucFaceIds: list[str] | None = None
    RetCode: list[int] | None = None
    SucIndexes: list[int] | None = None
    SucFaceRects: list[_FaceRect] | None = None
    FaceModelVersion: str | None = None


class CreateGroupRequest(Model, kw_only=True):
    GroupName: str
    GroupId: str
    GroupExDescriptions: list[str] | None = None
    Tag: str | None = None
    FaceModelVersion: str | None = None


class CreateGroupResponse(Model, kw_only=True):
    FaceModelVersion: str | None = None


class CreatePersonRequest(Model, kw_only=True):
    GroupId: str
    PersonName: str
    PersonId: str
    Gender: int | None = None
    PersonExDescriptionInfos: list[PersonExDescriptionInfo] | None = None
    Image: str | None = None
    Url: str | None = None
    UniquePersonControl: int | None = None
    QualityControl: int | None = None
    NeedRotateDetection: int | None = None


class CreatePersonResponse(Model, kw_only=True):
    FaceId: str | None = None
    FaceRect: _FaceRect | None = None
    SimilarPersonId: str | None = None
    FaceModelVersion: str | None = None


class DeleteFaceRequest(Model, kw_only=True):
    PersonId: str
    FaceIds: list[str]


class DeleteFaceResponse(Model, kw_only=True):
    SucDeletedNum: int | None = None
    SucFaceIds: list[str] | None = None


class DeleteGroupRequest(Model, kw_only=True):
    GroupId: str


class DeleteGroupResponse(Model, kw_only=True):
    pass


class DeletePersonRequest(Model, kw_only=True):
    PersonId: str


class DeletePersonResponse(Model, kw_only=True):
    pass


class DeletePersonFromGroupRequest(Model, kw_only=True):
    PersonId: str
    GroupId: str


class DeletePersonFromGroupResponse(Model, kw_only=True):
    pass


class DetectFaceRequest(Model, kw_only=True):
    MaxFaceNum: int | None = None
    MinFaceSize: int | None = None
    Image: str | None = None
    Url: str | None = None
    NeedFaceAttributes: int | None = None
    NeedQualityDetection: int | None = None
    FaceModelVersion: str | None = None
    NeedRotateDetection: int | None = None


class DetectFaceResponse(Model, kw_only=True):
    ImageWidth: int | None = None
    ImageHeight: int | None = None
    FaceInfos: list[FaceInfo] | None = None
    FaceModelVersion: str | None = None


class DetectFaceAttributesRequest(Model, kw_only=True):
    MaxFaceNum: int | None = None
    Image: str | None = None
    Url: str | None = None
    FaceAttributesType: str | None = None
    NeedRotateDetection: int | None = None
    FaceModelVersion: str | None = None


class DetectFaceAttributesResponse(Model, kw_only=True):
    ImageWidth: int | None = None
    ImageHeight: int | None = None
    FaceDetailInfos: list[FaceDetailInfo] | None = None
    FaceModelVersion: str | None = None


class DetectFaceSimilarityRequest(Model, kw_only=True):
    ImageA: str | None = None
    ImageB: str | None = None
    UrlA: str | None = None
    UrlB: str | None = None
    QualityControl: int | None = None


class DetectFaceSimilarityResponse(Model, kw_only=True):
    Score: float | None = None


class DetectLiveFaceRequest(Model, kw_only=True):
    Image: str | None = None
    Url: str | None = None
    FaceModelVersion: str | None = None


class DetectLiveFaceResponse(Model, kw_only=True):
    Score: float | None = None
    FaceModelVersion: str | None = None
    IsLiveness: bool | None = None


class DetectLiveFaceAccurateRequest(Model, kw_only=True):
    Image: str | None = None
    Url: str | None = None
    FaceModelVersion: str | None = None


class DetectLiveFaceAccurateResponse(Model, kw_only=True):
    Score: float | None = None
    FaceModelVersion: str | None = None


class GetGroupInfoRequest(Model, kw_only=True):
    GroupId: str


class GetGroupInfoResponse(Model, kw_only=True):
    GroupName: str | None = None
    GroupId: str | None = None
    GroupExDescriptions: list[str] | None = None
    Tag: str | None = None
    FaceModelVersion: str | None = None
    CreationTimestamp: int | None = None


class GetGroupListRequest(Model, kw_only=True):
    Offset: int | None = None
    Limit: int | None = None


class GetGroupListResponse(Model, kw_only=True):
    GroupInfos: list[GroupInfo] | None = None
    GroupNum: int | None = None


class GetPersonBaseInfoRequest(Model, kw_only=True):
    PersonId: str


class GetPersonBaseInfoResponse(Model, kw_only=True):
    PersonName: str | None = None
    Gender: int | None = None
    FaceIds: list[str] | None = None


class GetPersonGroupInfoRequest(Model, kw_only=True):
    PersonId: str
    Offset: int | None = None
    Limit: int | None = None


class GetPersonGroupInfoResponse(Model, kw_only=True):
    PersonGroupInfos: list[PersonGroupInfo] | None = None
    GroupNum: int | None = None
    FaceModelVersion: str | None = None


class GetPersonListRequest(Model, kw_only=True):
    GroupId: str
    Offset: int | None = None
    Limit: int | None = None


class GetPersonListResponse(Model, kw_only=True):
    PersonInfos: list[PersonInfo] | None = None
    PersonNum: int | None = None
    FaceNum: int | None = None
    FaceModelVersion: str | None = None


class GetPersonListNumRequest(Model, kw_only=True):
    GroupId: str


class GetPersonListNumResponse(Model, kw_only=True):
    PersonNum: int | None = None
    FaceNum: int | None = None


class GetUpgradeGroupFaceModelVersionJobListRequest(Model, kw_only=True):
    Offset: int | None = None
    Limit: int | None = None


class GetUpgradeGroupFaceModelVersionJobListResponse(Model, kw_only=True):
    JobInfos: list[UpgradeJobInfo] | None = None
    JobNum: int | None = None


class GetUpgradeGroupFaceModelVersionResultRequest(Model, kw_only=True):
    JobId: str


class GetUpgradeGroupFaceModelVersionResultResponse(Model, kw_only=True):
    EndTimestamp: int | None = None
    Progress: float | None = None
    Status: int | None = None
    StartTime: int | None = None
    FromFaceModelVersion: str | None = None
    ToFaceModelVersion: str | None = None
    GroupId: str | None = None
    FailedFacesUrl: str | None = None


class ModifyGroupRequest(Model, kw_only=True):
    GroupId: str
    GroupName: str | None = None
    GroupExDescriptionInfos: list[GroupExDescriptionInfo] | None = None
    Tag: str | None = None


class ModifyGroupResponse(Model, kw_only=True):
    pass


class ModifyPersonBaseInfoRequest(Model, kw_only=True):
    PersonId: str
    PersonName: str | None = None
    Gender: int | None = None


class ModifyPersonBaseInfoResponse(Model, kw_only=True):
    pass


class ModifyPersonGroupInfoRequest(Model, kw_only=True):
    GroupId: str
    PersonId: str
    PersonExDescriptionInfos: list[PersonExDescriptionInfo]


class ModifyPersonGroupInfoResponse(Model, kw_only=True):
    pass


class RevertGroupFaceModelVersionRequest(Model, kw_only=True):
    JobId: str


class RevertGroupFaceModelVersionResponse(Model, kw_only=True):
    pass


class SearchFacesRequest(Model, kw_only=True):
    GroupIds: list[str]
    Image: str | None = None
    Url: str | None = None
    MaxFaceNum: int | None = None
    MinFaceSize: int | None = None
    MaxPersonNum: int | None = None
    NeedPersonInfo: int | None = None
    QualityControl: int | None = None
    FaceMatchThreshold: float | None = None
    NeedRotateDetection: int | None = None


class SearchFacesResponse(Model, kw_only=True):
    Results: list[Result] | None = None
    FaceNum: int | None = None
    FaceModelVersion: str | None = None


class SearchFacesReturnsByGroupRequest(Model, kw_only=True):
    GroupIds: list[str]
    Image: str | None = None
    Url: str | None = None
    MaxFaceNum: int | None = None
    MinFaceSize: int | None = None
    MaxPersonNumPerGroup: int | None = None
    NeedPersonInfo: int | None = None
    QualityControl: int | None = None
    FaceMatchThreshold: float | None = None
    NeedRotateDetection: int | None = None


class SearchFacesReturnsByGroupResponse(Model, kw_only=True):
    FaceNum: int | None = None
    ResultsReturnsByGroup: list[_ResultsReturnsByGroup] | None = None
    FaceModelVersion: str | None = None


class SearchPersonsRequest(Model, kw_only=True):
    GroupIds: list[str]
    Image: str | None = None
    Url: str | None = None
    MaxFaceNum: int | None = None
    MinFaceSize: int | None = None
    MaxPersonNum: int | None = None
    QualityControl: int | None = None
    FaceMatchThreshold: float | None = None
    NeedPersonInfo: int | None = None
    NeedRotateDetection: int | None = None


class SearchPersonsResponse(Model, kw_only=True):
    Results: list[Result] | None = None
    PersonNum: int | None = None
    FaceModelVersion: str | None = None


class SearchPersonsReturnsByGroupRequest(Model, kw_only=True):
    GroupIds: list[str]
    Image: str | None = None
    Url: str | None = None
    MaxFaceNum: int | None = None
    MinFaceSize: int | None = None
    MaxPersonNumPerGroup: int | None = None
    QualityControl: int | None = None
    FaceMatchThreshold: float | None = None
    NeedPersonInfo: int | None = None
    NeedRotateDetection: int | None = None


class SearchPersonsReturnsByGroupResponse(Model, kw_only=True):
    PersonNum: int | None = None
    ResultsReturnsByGroup: list[_ResultsReturnsByGroup] | None = None
    FaceModelVersion: str | None = None


class UpgradeGroupFaceModelVersionRequest(Model, kw_only=True):
    GroupId: str
    FaceModelVersion: str


class UpgradeGroupFaceModelVersionResponse(Model, kw_only=True):
    JobId: str | None = None


class VerifyFaceRequest(Model, kw_only=True):
    PersonId: str
    Image: str | None = None
    Url: str | None = None
    QualityControl: int | None = None
    NeedRotateDetection: int | None = None


class VerifyFaceResponse(Model, kw_only=True):
    Score: float | None = None
    IsMatch: bool | None = None
    FaceModelVersion: str | None = None


class VerifyPersonRequest(Model, kw_only=True):
    PersonId: str
    Image: str | None = None
    Url: str | None = None
    QualityControl: int | None = None
    NeedRotateDetection: int | None = None


class VerifyPersonResponse(Model, kw_only=True):
    Score: float | None = None
    IsMatch: bool | None = None
    FaceModelVersion: str | None = None
